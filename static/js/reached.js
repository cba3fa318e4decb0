// Asks METEOR whether it is there, before a page is left that would be lost without a connection.
window.meteorReached = async () => {
  const PATIENCE = 4000; // ms
  const breaker = new AbortController();
  setTimeout(() => breaker.abort(), PATIENCE);
  try {
    return (await fetch("/healthz", { cache: "no-store", signal: breaker.signal })).ok;
  } catch (error) {
    return false;
  }
};
