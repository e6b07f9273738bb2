"""Tools for chatbots: what they take, what they answer, and how little of it suffices."""
