// Fetches the page again while nobody writes and the page can be seen.
const read = async () => {
  const typing = document.activeElement?.matches('input') && document.activeElement.value;
  if (document.hidden || typing) return;
  const page = new DOMParser().parseFromString(await (await fetch(location.pathname + location.search)).text(), 'text/html');
  const [old, fresh] = [document.querySelector('main'), page.querySelector('main')];
  if (!fresh || old.innerHTML === fresh.innerHTML) return;
  const focused = document.activeElement?.name;
  old.replaceWith(fresh);
  if (focused) document.querySelector(`main input[name="${focused}"]:not([type=hidden])`)?.focus();
  settle();
};
const settle = () => document.querySelectorAll('.talk').forEach((talk) => { talk.scrollTop = talk.scrollHeight; });
const query = new URLSearchParams(location.search);
if (query.has('refused')) {
  query.delete('refused');
  history.replaceState(null, '', `${location.pathname}?${query}`);
}
settle();
setInterval(() => read().catch(() => {}), 2000);
