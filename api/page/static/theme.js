// Before the first paint: the theme chosen earlier, if any. Without a choice the system decides.
try {
  const kept = localStorage.getItem("theme");
  if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
} catch { /* storage may be closed to us; the system's theme is fine */ }
document.documentElement.classList.add("js");
