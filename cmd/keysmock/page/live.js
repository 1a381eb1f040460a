// Brings the page up to date while it is looked at. Without it the page is as true as its last reload.
setInterval(async () => {
  if (document.hidden || document.activeElement?.tagName === 'BUTTON') return;
  try {
    const answer = await fetch('/', { cache: 'no-store' });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    document.querySelector('#state').replaceWith(fresh.querySelector('#state'));
    document.querySelector('#offline').hidden = true;
  } catch {
    document.querySelector('#offline').hidden = false;
  }
}, 1000);
