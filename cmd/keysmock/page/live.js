// Updates the live page every second while it is visible. Without this script, reload the page.
// Where keysmock has a control token, the pages are fetched with it: the tab asks for it once and keeps it in its session storage.
const tokenName = 'keysmock-control-token';

function ask(url, options = {}) {
  const token = sessionStorage.getItem(tokenName);
  return fetch(url, { cache: 'no-store', headers: token ? { Authorization: `Bearer ${token}` } : {}, ...options });
}

// Shows a response in place of the page.
async function show(response) {
  const text = await response.text();
  if (response.status === 401) return location.reload(); // The token is no longer the right one.
  if (!response.headers.get('Content-Type').startsWith('text/html')) {
    document.body.textContent = text;
    return;
  }
  const fresh = new DOMParser().parseFromString(text, 'text/html');
  document.title = fresh.title;
  document.body.replaceWith(fresh.body);
}

// Shows what this address has for those who have the token, or else the form that asks for it.
async function unlock(form) {
  try {
    const response = await ask(location.href);
    if (response.status !== 401) return await show(response);
    sessionStorage.removeItem(tokenName);
  } catch {
    form.querySelector('.note').hidden = false;
  }
  form.hidden = false;
  form.querySelector('input').focus();
}

const locked = document.querySelector('#locked');
if (locked && sessionStorage.getItem(tokenName)) unlock(locked);
else if (locked) locked.hidden = false;

document.addEventListener('submit', async event => {
  const form = event.target;
  if (form === locked) {
    event.preventDefault();
    sessionStorage.setItem(tokenName, form.querySelector('input').value.trim());
    await unlock(form);
    form.querySelector('.note').hidden = false;
  } else if (sessionStorage.getItem(tokenName)) { // Otherwise the browser sends it.
    event.preventDefault();
    await show(await ask(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form, event.submitter)) }));
  }
});

setInterval(async () => {
  const state = document.querySelector('#state');
  if (!state || document.hidden || document.activeElement?.tagName === 'BUTTON') return;
  try {
    const response = await ask('/');
    if (response.status === 401) return location.reload();
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
    document.querySelector('#state').replaceWith(fresh.querySelector('#state'));
    document.querySelector('#offline').hidden = true;
  } catch {
    document.querySelector('#offline').hidden = false;
  }
}, 1000);
