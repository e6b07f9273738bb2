// <service-advisor decision="compute-platform" traits="max_run_time=40 min&packaging=container-image" priorities="cost-optimization=high"
//                  only="lambda,batch" theme="light" most="5"></service-advisor>
// Shows the ranking of one decision. The view comes from the server this file comes from, in a frame of its own.
const base = new URL("..", import.meta.url);

class ServiceAdvisor extends HTMLElement {
  static observedAttributes = ["decision", "traits", "priorities", "only", "theme", "most"];
  #frame = document.createElement("iframe");
  #listen = (event) => {
    if (event.source === this.#frame.contentWindow && event.data?.serviceAdvisor === "height") {
      this.#frame.height = String(Math.max(80, Math.min(4000, Number(event.data.height) || 0)));
    }
  };

  connectedCallback() {
    if (!this.shadowRoot) {
      this.attachShadow({ mode: "open" }).append(this.#frame);
      Object.assign(this.#frame.style, { border: "0", width: "100%", display: "block", colorScheme: "normal" });
      this.#frame.loading = "lazy";
      this.#frame.referrerPolicy = "no-referrer";
      this.#frame.height = "320";
    }
    addEventListener("message", this.#listen);
    this.#show();
  }

  disconnectedCallback() {
    removeEventListener("message", this.#listen);
  }

  attributeChangedCallback() {
    if (this.isConnected && this.shadowRoot) this.#show();
  }

  #show() {
    const url = new URL(`embed/${encodeURIComponent(this.getAttribute("decision") ?? "")}`, base);
    for (const [name, value] of new URLSearchParams(this.getAttribute("traits") ?? "")) url.searchParams.append(name, value);
    for (const [name, value] of new URLSearchParams(this.getAttribute("priorities") ?? "")) url.searchParams.append(`priority.${name}`, value);
    for (const name of ["only", "theme", "most"]) if (this.getAttribute(name)) url.searchParams.set(name, this.getAttribute(name));
    this.#frame.title = this.getAttribute("title") ?? `Service advisor: ${this.getAttribute("decision")}`;
    if (this.#frame.src !== url.href) this.#frame.src = url.href;
  }
}

customElements.define("service-advisor", ServiceAdvisor);
