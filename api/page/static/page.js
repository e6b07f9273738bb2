// What the page does beyond links and forms. Everything works without this file; the server renders every view.

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const toast = document.getElementById("toast");
let toastTimer = 0;

function say(text) {
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => toast.classList.remove("shown"), 2600);
}

// ── light and dark ───────────────────────────────────────────────────────────────────────────────────────────────
const toggle = document.querySelector("[data-theme-toggle]");
toggle.hidden = false;
toggle.addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* kept for this page only */ }
  say(dark ? "Light" : "Dark");
});

// ── forms leave out what says nothing, so that addresses stay short ──────────────────────────────────────────────
function queryOf(form, submitter) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter ?? undefined)) {
    const text = String(value).trim();
    if (!text) continue;
    const slider = name.startsWith("priority.") && form.elements[name];
    if (slider && slider.type === "range") {
      const level = slider.dataset.levels.split(" ")[Number(text)];
      if (level !== "normal") query.append(name, level);
    } else query.append(name, text);
  }
  const pressed = submitter?.name && form.querySelector(`[id="q-${CSS.escape(submitter.name)}"]`) ? submitter : null;
  if (pressed) query.set(pressed.name, pressed.value); // a suggestion replaces what the text field holds
  return query;
}

function addressOf(form, submitter) {
  const url = new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action"), location.href);
  url.search = queryOf(form, submitter).toString();
  return url;
}

for (const form of document.querySelectorAll("form[data-clean]:not([data-live])")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.assign(addressOf(form, event.submitter));
  });
}

for (const slider of document.querySelectorAll("input[type=range][data-levels]")) showLevel(slider);
function showLevel(slider) {
  const level = slider.dataset.levels.split(" ")[Number(slider.value)];
  slider.setAttribute("aria-valuetext", level);
  slider.parentElement.querySelector("output").textContent = level;
}

// ── the live form: each answer fetches the same address the form would open, and swaps what changed ───────────────
const live = document.querySelector("form[data-live]");
let turn = 0;
let running = null;

function places() {
  return new Map([...document.querySelectorAll("[data-option]")].map((el) => [el.dataset.option, el.getBoundingClientRect().top]));
}

function glide(before) {
  if (calm.matches) return;
  for (const el of document.querySelectorAll("[data-option]")) {
    const old = before.get(el.dataset.option);
    const shift = old === undefined ? 0 : old - el.getBoundingClientRect().top;
    if (Math.abs(shift) > 2) el.animate([{ transform: `translateY(${shift}px)` }, { transform: "none" }], { duration: 280, easing: "ease-out" });
    else if (old === undefined) el.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 280 });
  }
}

function swap(fresh) {
  const opened = new Set([...document.querySelectorAll("[data-swap] details[open][id]")].map((d) => d.id));
  const closed = new Set([...document.querySelectorAll("[data-swap] details:not([open])[id]")].map((d) => d.id));
  const focused = document.activeElement;
  const focusId = focused && focused !== document.body ? focused.id : "";
  const spot = focusId ? focused.getBoundingClientRect().top : 0;
  const caret = focused?.type === "text" ? focused.selectionStart : null;
  const before = places();
  for (const part of document.querySelectorAll("[data-swap]")) {
    const next = fresh.getElementById(part.id);
    if (next) part.replaceWith(document.adoptNode(next));
  }
  for (const d of document.querySelectorAll("[data-swap] details[id]")) {
    if (opened.has(d.id)) d.open = true;
    else if (closed.has(d.id)) d.open = false;
  }
  const question = focused?.closest(".q")?.id; // a question that was answered may now be a list instead of buttons
  const again = focusId && (document.getElementById(focusId) ?? document.querySelector(`#${CSS.escape(question ?? "none")} :is(select, input)`));
  if (again) {
    for (let d = again.closest("details:not([open])"); d; d = d.parentElement.closest("details:not([open])")) d.open = true;
    again.focus({ preventScroll: true });
    if (caret !== null && again.setSelectionRange) again.setSelectionRange(caret, caret);
    scrollBy(0, again.getBoundingClientRect().top - spot); // what was answered stays under the hand
  } else if (focusId) document.getElementById("next-h")?.closest("section")?.querySelector("input, select")?.focus({ preventScroll: true });
  glide(before);
  const spoken = document.querySelector("[data-spoken]")?.textContent;
  if (spoken) document.getElementById("live").textContent = spoken;
  peek();
}

async function go(url, push) {
  const mine = ++turn;
  running?.abort();
  running = new AbortController();
  document.body.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, signal: running.signal });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== turn) return;
    if (!fresh.querySelector("form[data-live]")) { location.assign(url); return; }
    if (push) history.pushState(null, "", url);
    document.title = fresh.title;
    swap(fresh);
    await reload();
  } catch (error) {
    if (error.name !== "AbortError") say("The server does not answer; your answers are kept.");
  } finally {
    if (mine === turn) document.body.removeAttribute("aria-busy");
  }
}

if (live) {
  const status = document.createElement("p");
  status.id = "live";
  status.className = "sr";
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  live.before(status);
  live.addEventListener("submit", (event) => {
    event.preventDefault();
    go(addressOf(live, event.submitter), true);
  });
  live.addEventListener("input", (event) => {
    if (event.target.type === "range") showLevel(event.target);
  });
  live.addEventListener("change", (event) => {
    const field = event.target;
    if (field.type === "checkbox" && field.value === "dont-know" && field.checked) {
      const text = field.closest(".q").querySelector("input[type=text]");
      if (text) text.value = "";
    }
    if (field.type === "text" && field.value.trim()) {
      const unknown = field.closest(".q").querySelector("input[type=checkbox][value=dont-know]");
      if (unknown) unknown.checked = false;
    }
    go(addressOf(live), true);
  });
  addEventListener("popstate", () => location.reload());
  // Links to the same view with other answers swap too: take back, start over, what-if switches.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.pathname !== location.pathname || url.hash || link.dataset.copied) return;
    event.preventDefault();
    sync(url.searchParams);
    go(url, true).then(() => link.matches("[data-switch]") && document.getElementById("answer")?.scrollIntoView({ block: "nearest" }));
  });
}

// Sliders and the list of options are not swapped, so a link that changes them must set them.
function sync(query) {
  for (const slider of live.querySelectorAll("input[type=range][data-levels]")) {
    const levels = slider.dataset.levels.split(" ");
    slider.value = String(Math.max(0, levels.indexOf(query.get(slider.name) ?? "normal")));
    showLevel(slider);
  }
  const only = new Set(query.getAll("only"));
  for (const box of live.querySelectorAll("input[type=checkbox][name=only]")) box.checked = only.has(box.value);
}

// ── parts that are fetched when wanted ───────────────────────────────────────────────────────────────────────────
let loaded = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-load]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  loaded = link.id;
  reload();
});

async function reload() {
  const link = loaded && document.getElementById(loaded);
  if (!link) return;
  const box = document.querySelector(link.dataset.load);
  box.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const body = fresh.querySelector("[data-body]");
    if (body) box.replaceChildren(document.adoptNode(body));
    else say("That could not be worked out.");
  } catch {
    say("The server does not answer.");
  } finally {
    box.removeAttribute("aria-busy");
  }
}

// ── copying ──────────────────────────────────────────────────────────────────────────────────────────────────────
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea"); // no clipboard outside secure contexts
    area.value = text;
    area.className = "sr";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("not copied");
  }
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copied]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  try {
    let text = link.dataset.copyText;
    if (text === undefined) {
      const options = link.dataset.copyBody
        ? { method: "POST", body: link.dataset.copyBody, headers: { "Content-Type": "application/json", Accept: link.dataset.copyAccept } }
        : {};
      const answer = await fetch(link.dataset.copyFrom, options);
      if (!answer.ok) throw new Error(String(answer.status));
      text = await answer.text();
    } else if (text.startsWith("/")) text = new URL(text, location.href).href;
    await copy(text);
    say(link.dataset.copied);
  } catch {
    say("That could not be copied.");
  }
});

// ── small comforts ───────────────────────────────────────────────────────────────────────────────────────────────
for (const box of document.querySelectorAll("input[data-filter]")) {
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of document.querySelectorAll(box.dataset.filter)) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((w) => text.includes(w));
    }
    for (const area of document.querySelectorAll(".area")) area.hidden = ![...area.querySelectorAll("li")].some((li) => !li.hidden);
  });
}

const peekLink = document.querySelector("[data-peek]");
function peek() {
  if (!peekLink) return;
  const heading = document.getElementById("answer-h");
  const first = document.querySelector(".ranking .first .score");
  peekLink.textContent = heading.textContent.trim() + (first ? ` · ${first.textContent.trim()}` : "");
}
if (peekLink) {
  peekLink.hidden = false;
  peek();
  const seen = new IntersectionObserver(([entry]) => peekLink.classList.toggle("away", entry.isIntersecting || entry.boundingClientRect.top < 0));
  const watch = () => { seen.disconnect(); seen.observe(document.getElementById("answer")); };
  watch();
  new MutationObserver(watch).observe(document.querySelector(".side"), { childList: true });
}
