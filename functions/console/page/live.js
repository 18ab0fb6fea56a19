const pollEveryMs = 3000;
/** Where each question costs something, and no stream tells of changes. */
const slowPollEveryMs = 15_000;
/** Also while the stream is open: ages and depths move without an event. */
const refreshEveryMs = 10_000;

/** Asks the JSON API. Throws an `Error` that can be shown. */
export async function ask(path, options) {
  return (await answerOf(path, options)).body;
}

/** A page of a list, and where the next one is: its `Link` field names it while there may be more. */
export async function askPage(path) {
  const { body, link } = await answerOf(path);
  return { items: body, next: /^<([^>]+)>; rel="next"$/.exec(link ?? '')?.[1] };
}

async function answerOf(path, options) {
  const response = await fetch(path, { headers: { accept: 'application/json' }, ...options }).catch(() => {
    throw new Error('Lightermail does not answer. Is it still running?');
  });
  const body = await response.json().catch(() => undefined);
  if (response.ok) return { body, link: response.headers.get('link') };
  const error = new Error(body?.error?.message ?? `the answer was ${response.status}`);
  error.status = response.status;
  throw error;
}

const words = {
  live: 'Live',
  polling: 'Every 3 s',
  slow: 'Every 15 s',
  connecting: 'Connecting',
  lost: 'Not reachable',
};

/** Shows in the head of the page how fresh it is. */
export function showState(state) {
  const place = document.getElementById('live');
  if (!place || place.dataset.state === state) return;
  place.dataset.state = state;
  place.querySelector('.live-text').textContent = words[state];
}

/**
 * Calls `refresh` whenever something moved: told by the event stream, else asked for every three seconds; every fifteen
 * after `slowDown`, where there is no stream. Calls never overlap; what comes in during one is made up for by one more.
 */
export function stayFresh(refresh) {
  let isRunning = false;
  let isWanted = false;
  let isStreaming = false;
  let isSlow = false;

  const run = async () => {
    if (isRunning) {
      isWanted = true;
      return;
    }
    isRunning = true;
    const isReached = await refresh();
    showState(isReached ? (isStreaming ? 'live' : isSlow ? 'slow' : 'polling') : 'lost');
    isRunning = false;
    if (isWanted) {
      isWanted = false;
      void run();
    }
  };
  let source;
  const connect = () => {
    source = new EventSource('/api/changes');
    source.addEventListener('open', () => {
      isStreaming = true;
      void run();
    });
    source.addEventListener('change', () => void run());
    source.addEventListener('error', () => {
      isStreaming = false;
      // Refused for good (too many pages watch): the browser does not try again by itself.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, refreshEveryMs);
    });
  };

  let lastMs = 0;
  setInterval(() => {
    const now = Date.now();
    if (document.hidden || now - lastMs < (isStreaming ? refreshEveryMs : isSlow ? slowPollEveryMs : pollEveryMs))
      return;
    lastMs = now;
    void run();
  }, 1000);
  document.addEventListener('visibilitychange', () => !document.hidden && void run());
  // A browser holds six connections to one host: a page that was left must not keep one.
  addEventListener('pagehide', () => source?.close());
  addEventListener('pageshow', (event) => event.persisted && !isSlow && connect());
  return {
    run,
    connect,
    slowDown: () => {
      isSlow = true;
    },
  };
}
