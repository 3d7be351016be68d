// Runs before the first paint, so that a dark page never flashes white.
(() => {
  let wish = null;
  try {
    wish = window.localStorage.getItem("indelible-color-scheme");
  } catch {
    // Storage may be forbidden; the system's wish then decides.
  }
  const dark =
    wish === "dark" ||
    (wish !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
