/**
 * What Telegram hands to a page that it opens, and what the page can tell it: no foreign script.
 *
 * Source: https://core.telegram.org/bots/webapps and /api/web-events
 */

const STORED = 'launch';
const WEB = 'https://web.telegram.org';
const COLOURS = {
  bg_color: '--ground', secondary_bg_color: '--panel', text_color: '--text', hint_color: '--soft',
  button_color: '--accent', button_text_color: '--on-accent',
};
const SHAPE = /^#[0-9a-f]{6}$/i;

/**
 * Return how the page was opened: `{initData, theme}`; initData is empty outside Telegram.
 *
 * The hash is gone after a reload in some clients, so it is kept for as long as the window lives.
 */
export function readLaunch() {
  const kept = sessionStorage.getItem(STORED) ?? '';
  const given = location.hash.includes('tgWebApp') ? location.hash.slice(1) : kept;
  if (given !== kept) sessionStorage.clear(); // opened anew, perhaps by somebody else
  if (given) sessionStorage.setItem(STORED, given);
  if (location.hash) history.replaceState(null, '', location.pathname + location.search);
  const launch = new URLSearchParams(given);
  return {
    initData: launch.get('tgWebAppData') ?? '',
    theme: themeOf(launch.get('tgWebAppThemeParams')),
    inTelegram: launch.has('tgWebAppPlatform'),
  };
}

/** Return the person's language, as Telegram or the browser says. */
export function languageOf({initData}) {
  try {
    const user = JSON.parse(new URLSearchParams(initData).get('user') ?? '{}');
    return user.language_code ?? navigator.language;
  } catch {
    return navigator.language;
  }
}

/** Give the page the client's colours. */
export function dress(theme) {
  const root = document.documentElement;
  for (const [name, variable] of Object.entries(COLOURS)) {
    if (SHAPE.test(theme[name])) root.style.setProperty(variable, theme[name]);
  }
  if (!SHAPE.test(theme.bg_color)) return;
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(theme.bg_color.slice(at, at + 2), 16));
  root.dataset.theme = 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? 'dark' : 'light';
  root.style.setProperty('--glow', theme.bg_color);
}

/** Tell the client something; outside Telegram nobody hears it. */
export function tell(event, data = {}) {
  if (window.TelegramWebviewProxy) {
    window.TelegramWebviewProxy.postEvent(event, JSON.stringify(data));
  } else if (window.parent !== window) {
    window.parent.postMessage(JSON.stringify({eventType: event, eventData: data}), WEB);
  }
}

/** Follow the client when it changes its colours. */
export function listen() {
  const receive = (event, data) => { if (event === 'theme_changed') dress(data?.theme_params ?? {}); };
  window.Telegram = {WebView: {receiveEvent: receive}};
  window.addEventListener('message', ({origin, data}) => {
    if (origin !== WEB || typeof data !== 'string') return;
    try {
      const {eventType, eventData} = JSON.parse(data);
      receive(eventType, eventData);
    } catch {
      // not a message of the client
    }
  });
}

function themeOf(text) {
  try {
    return JSON.parse(text ?? '{}') ?? {};
  } catch {
    return {};
  }
}
