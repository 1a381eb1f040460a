// Updates the page every second while it is visible. Without this script, reload the page.
setInterval(async () => {
  if (document.hidden || document.activeElement?.tagName === 'BUTTON') return;
  try {
    const response = await fetch('/', { cache: 'no-store' });
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
    document.querySelector('#state').replaceWith(fresh.querySelector('#state'));
    document.querySelector('#offline').hidden = true;
  } catch {
    document.querySelector('#offline').hidden = false;
  }
}, 1000);
