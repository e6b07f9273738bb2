"""A remote advisor with the methods of the local one: the same questions, the same records, the same errors.

with AdvisorClient("http://127.0.0.1:8000") as advisor:
    print(advisor.recommend("compute-platform", max_run_time="20 min").summary)
"""

from advisor.client.calls import ServiceSummary
from advisor.client.clients import AdvisorClient, AsyncAdvisorClient
from advisor.client.patience import Patience

__all__ = ["AdvisorClient", "AsyncAdvisorClient", "Patience", "ServiceSummary"]
