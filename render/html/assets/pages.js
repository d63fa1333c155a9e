// What the pages do beside being read: the theme, the search, sorting and filtering.
// All text goes into the page as text, and the state into the address behind the #.
(function () {
'use strict';
var root = document.documentElement;

// The theme is set before the page is drawn.
function stored(value) {
  try {
    if (value === undefined) return localStorage.getItem('tracker-theme');
    localStorage.setItem('tracker-theme', value);
  } catch (e) { /* no storage: the theme is the system's */ }
  return null;
}
var chosen = stored();
if (chosen === 'dark' || chosen === 'light') root.dataset.theme = chosen;

function dark() {
  return root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

function element(name, attributes, text) {
  var e = document.createElement(name);
  for (var k in attributes) e.setAttribute(k, attributes[k]);
  if (text !== undefined) e.textContent = text;
  return e;
}

// State is what stands behind the #, if it is pairs; else it names a place.
function state() {
  var h = location.hash.slice(1);
  return new URLSearchParams(h.indexOf('=') < 0 ? '' : h);
}
function remember(key, value) {
  var s = state();
  if (value) s.set(key, value); else s.delete(key);
  var text = s.toString();
  history.replaceState(null, '', text ? '#' + text : location.pathname + location.search);
}

document.addEventListener('DOMContentLoaded', function () {
  theme();
  document.querySelectorAll('table.list').forEach(function (t, i) { list(t, i); });
  search();
});

function theme() {
  var b = document.getElementById('theme');
  function label() { b.textContent = dark() ? 'Light' : 'Dark'; b.setAttribute('aria-label', 'Use the ' + b.textContent.toLowerCase() + ' theme'); }
  b.hidden = false;
  label();
  b.addEventListener('click', function () {
    root.dataset.theme = dark() ? 'light' : 'dark';
    stored(root.dataset.theme);
    label();
  });
}

// list makes a table sortable, and one of some length one that can be filtered.
function list(table, number) {
  var body = table.tBodies[0], rows = Array.from(body.rows), heads = Array.from(table.tHead.rows[0].cells);
  var key = number ? String(number) : '';
  function value(row, column, numeric) {
    var c = row.cells[column], inner = c.querySelector('[data-v]');
    var v = c.dataset.v || (inner ? inner.dataset.v : c.textContent.trim());
    return numeric ? parseFloat(v.replace(/[^0-9.-]/g, '')) || 0 : v.toLowerCase();
  }
  function sort(column, down) {
    var numeric = heads[column].dataset.sort === 'num';
    var keyed = rows.map(function (r, i) { return [value(r, column, numeric), i, r]; });
    keyed.sort(function (a, b) { return (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * (down ? -1 : 1) || a[1] - b[1]; });
    var all = document.createDocumentFragment();
    keyed.forEach(function (k) { all.appendChild(k[2]); });
    body.appendChild(all);
    heads.forEach(function (h, i) {
      if (i === column) h.setAttribute('aria-sort', down ? 'descending' : 'ascending'); else h.removeAttribute('aria-sort');
    });
    remember('sort' + key, (down ? '-' : '') + column);
  }
  if (rows.length > 1) heads.forEach(function (h, i) {
    if (!h.dataset.sort) return;
    var b = element('button', { type: 'button' }, h.textContent);
    h.textContent = '';
    h.appendChild(b);
    b.addEventListener('click', function () {
      var was = h.getAttribute('aria-sort');
      sort(i, was ? was === 'ascending' : h.dataset.sort === 'num');
    });
  });
  function restore() {
    var m = /^(-?)(\d+)$/.exec(state().get('sort' + key) || '');
    if (m && heads[m[2]] && heads[m[2]].dataset.sort) sort(+m[2], m[1] === '-');
  }
  restore();
  if (rows.length < 8) return;

  var bar = element('div', { class: 'filter' });
  var id = 'filter' + key;
  var box = element('input', { type: 'search', id: id, placeholder: 'Filter these ' + rows.length + ' rows', autocomplete: 'off' });
  var said = element('span', { role: 'status', class: 'dim' });
  bar.appendChild(element('label', { class: 'away', for: id }, 'Filter the rows'));
  bar.appendChild(box);
  var statuses = {}, on = new Set(), disputed = false;
  rows.forEach(function (r) { if (r.dataset.status) statuses[r.dataset.status] = (statuses[r.dataset.status] || 0) + 1; });
  var chips = Object.keys(statuses).map(function (s) {
    var b = element('button', { type: 'button', class: 'chip', 'aria-pressed': 'false' }, s + ' ' + statuses[s]);
    b.addEventListener('click', function () {
      if (on.has(s)) on.delete(s); else on.add(s);
      apply(true);
    });
    bar.appendChild(b);
    return [s, b];
  });
  var some = rows.filter(function (r) { return r.dataset.disputed; }).length, toggle;
  if (some) {
    toggle = element('button', { type: 'button', class: 'chip', 'aria-pressed': 'false' }, 'to settle ' + some);
    toggle.addEventListener('click', function () { disputed = !disputed; apply(true); });
    bar.appendChild(toggle);
  }
  bar.appendChild(said);
  var place = table.closest('.scroll') || table;
  place.parentNode.insertBefore(bar, place);
  var texts = rows.map(function (r) { return r.textContent.toLowerCase(); });
  function apply(keep) {
    var words = box.value.toLowerCase().split(/\s+/).filter(Boolean), n = 0;
    rows.forEach(function (r, i) {
      var ok = (!on.size || on.has(r.dataset.status)) && (!disputed || r.dataset.disputed) && words.every(function (w) { return texts[i].indexOf(w) >= 0; });
      r.hidden = !ok;
      if (ok) n++;
    });
    chips.forEach(function (c) { c[1].setAttribute('aria-pressed', String(on.has(c[0]))); });
    if (toggle) toggle.setAttribute('aria-pressed', String(disputed));
    said.textContent = n === rows.length ? '' : n + ' of ' + rows.length;
    if (!keep) return;
    remember('filter' + key, box.value);
    remember('status' + key, Array.from(on).join(','));
    remember('disputed' + key, disputed ? '1' : '');
  }
  function read() {
    var s = state();
    box.value = s.get('filter' + key) || '';
    on = new Set((s.get('status' + key) || '').split(',').filter(function (x) { return statuses[x]; }));
    disputed = !!(toggle && s.get('disputed' + key));
    apply(false);
  }
  box.addEventListener('input', function () { apply(true); });
  addEventListener('hashchange', read);
  read();
}

// search looks through all that the pages tell. Its data is a script of its own, which
// is loaded when the box is first used.
function search() {
  var form = document.getElementById('search'), box = document.getElementById('q'), base = root.dataset.root, live = root.dataset.live;
  form.hidden = false;
  box.disabled = false;
  var panel = element('section', { id: 'results', 'aria-label': 'Search results', hidden: '' });
  var said = element('p', { role: 'status', class: 'dim' });
  var kinds = element('div', { class: 'facets' });
  var hits = element('ol', { class: 'hits' });
  panel.appendChild(said); panel.appendChild(kinds); panel.appendChild(hits);
  document.querySelector('header.top').after(panel);
  var entries = null, loading = false, only = '';

  window.tracker = { data: function (columns) {
    entries = columns.k.map(function (k, i) {
      var e = { kind: columns.kinds[k], at: columns.a[i], title: columns.t[i], status: columns.s[i] < 0 ? '' : columns.statuses[columns.s[i]],
        date: columns.d[i], author: columns.people[columns.p[i]] || '', paths: columns.f[i], names: columns.n[i], text: columns.x[i] };
      e.low = [e.title, e.names, e.paths, e.author, e.text].map(function (s) { return s.toLowerCase(); });
      return e;
    });
    show();
  } };
  function load() {
    if (entries || loading) return;
    loading = true;
    document.head.appendChild(element('script', { src: base + 'assets/search.js' }));
  }

  // A query is words, "phrases", -exclusions and field:value, which must all hold.
  var fields = {
    kind: function (e, v) { return e.kind === v; },
    status: function (e, v) { return e.status === v; },
    author: function (e, v) { return e.low[3].indexOf(v) >= 0; },
    path: function (e, v) { return e.low[2].indexOf(v) >= 0; },
    introduces: function (e, v) { return (' ' + e.low[1] + ' ').indexOf(v) >= 0; },
    pr: function (e, v) { return e.low[1].split(' ').indexOf('#' + v.replace('#', '')) >= 0; },
    hash: function (e, v) { return (' ' + e.low[1]).indexOf(' ' + v) >= 0; },
    since: function (e, v) { return e.date >= v; },
    until: function (e, v) { return e.date && e.date.slice(0, v.length) <= v; }
  };
  function parse(query) {
    var out = [], m, re = /(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/g;
    while ((m = re.exec(query))) {
      var word = m[3] === undefined ? m[4] : m[3];
      var test = m[2] && fields[m[2]];
      if (m[2] && !test) word = m[2] + ':' + word;
      if (word) out.push({ not: !!m[1], test: test, word: word.toLowerCase() });
    }
    return out;
  }
  // within tells whether a character is one of a word; beyond the ends there is none.
  function within(c) { return c >= 97 && c <= 122 || c >= 48 && c <= 57; }
  var weight = [8, 6, 3, 3, 1];
  function score(e, terms) {
    var total = 0;
    for (var i = 0; i < terms.length; i++) {
      var t = terms[i], best = 0;
      if (t.test) best = t.test(e, t.word) ? 1 : 0;
      else for (var j = 0; j < 5; j++) {
        var at = e.low[j].indexOf(t.word);
        if (at < 0) continue;
        var w = weight[j];
        if (!within(e.low[j].charCodeAt(at - 1))) w *= 2;
        if (!within(e.low[j].charCodeAt(at + t.word.length))) w *= 1.5;
        if (w > best) best = w;
      }
      if (t.not ? best : !best) return 0;
      if (!t.not) total += best;
    }
    return total || (terms.length ? 1 : 0);
  }
  function marked(into, text, terms) {
    var low = text.toLowerCase(), spans = [];
    terms.forEach(function (t) {
      if (t.test || t.not) return;
      for (var at = low.indexOf(t.word); at >= 0 && spans.length < 20; at = low.indexOf(t.word, at + t.word.length)) spans.push([at, at + t.word.length]);
    });
    spans.sort(function (a, b) { return a[0] - b[0]; });
    var from = 0;
    spans.forEach(function (s) {
      if (s[0] < from || low.length !== text.length) return;
      into.appendChild(document.createTextNode(text.slice(from, s[0])));
      into.appendChild(element('mark', {}, text.slice(s[0], s[1])));
      from = s[1];
    });
    into.appendChild(document.createTextNode(text.slice(from)));
  }
  function passage(e, terms) {
    var fieldsOf = [null, e.names, e.paths, null, e.text];
    for (var i = 0; i < terms.length; i++) {
      var t = terms[i];
      if (t.test || t.not || e.low[0].indexOf(t.word) >= 0) continue;
      for (var j = 1; j < 5; j++) {
        var at = fieldsOf[j] ? e.low[j].indexOf(t.word) : -1;
        if (at < 0) continue;
        var from = Math.max(0, at - 60), to = Math.min(fieldsOf[j].length, at + 140);
        var space = from && fieldsOf[j].indexOf(' ', from);
        if (space > 0 && space < at) from = space + 1;
        return (from ? '…' : '') + fieldsOf[j].slice(from, to) + (to < fieldsOf[j].length ? '…' : '');
      }
    }
    return e.text.slice(0, 140);
  }
  var shown = 30;
  // best are the entries with the highest scores, those that come first before others:
  // a list that is kept in order and never longer than what is shown.
  function best(scored) {
    var top = [], points = [];
    for (var i = 0; i < scored.length; i += 2) {
      var s = scored[i], n = scored[i + 1];
      if (only && entries[n].kind !== only || top.length === shown && s <= points[shown - 1]) continue;
      var at = top.length;
      while (at > 0 && points[at - 1] < s) at--;
      top.splice(at, 0, n);
      points.splice(at, 0, s);
      if (top.length > shown) { top.pop(); points.pop(); }
    }
    return top;
  }
  function show() {
    var query = box.value.trim();
    panel.hidden = !query;
    remember('q', live ? '' : query);
    if (!query) { hits.textContent = ''; return; }
    if (!entries) { said.textContent = 'Loading what is searched…'; load(); return; }
    panel.style.top = Math.max(0, document.querySelector('header.top').getBoundingClientRect().bottom) + 'px';
    var terms = parse(query), scored = [], counts = {}, i;
    for (i = 0; i < entries.length; i++) {
      var s = score(entries[i], terms);
      if (!s) continue;
      counts[entries[i].kind] = (counts[entries[i].kind] || 0) + 1;
      scored.push(s, i);
    }
    if (only && !counts[only]) only = '';
    var total = scored.length / 2, found = best(scored), size = only ? counts[only] : total;
    said.textContent = total === 1 ? '1 hit' : total + ' hits';
    kinds.textContent = '';
    Object.keys(counts).forEach(function (k) {
      var b = element('button', { type: 'button', class: 'chip', 'aria-pressed': String(only === k) }, k + ' ' + counts[k]);
      b.addEventListener('click', function () { only = only === k ? '' : k; show(); });
      kinds.appendChild(b);
    });
    var list = document.createDocumentFragment();
    found.forEach(function (n) {
      var e = entries[n], li = element('li'), a = element('a', { href: base + e.at });
      marked(a, e.title, terms);
      li.appendChild(element('span', { class: 'kind' }, e.kind));
      li.appendChild(document.createTextNode(' '));
      li.appendChild(a);
      if (e.status) { li.appendChild(document.createTextNode(' ')); li.appendChild(element('span', { class: 'badge ' + e.status }, e.status)); }
      if (e.date) { li.appendChild(document.createTextNode(' ')); li.appendChild(element('span', { class: 'dim' }, e.date)); }
      var p = passage(e, terms);
      if (p) { var d = element('div', { class: 'sub' }); marked(d, p, terms); li.appendChild(d); }
      list.appendChild(li);
    });
    hits.textContent = '';
    hits.appendChild(list);
    if (size > shown) said.textContent += ', the best ' + shown + ' below';
  }
  box.addEventListener('focus', load);
  box.addEventListener('input', show);
  form.addEventListener('submit', function (event) {
    if (live) return;
    event.preventDefault();
    var first = hits.querySelector('a');
    if (first) first.focus();
  });
  document.addEventListener('keydown', function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key === 'Escape' && !panel.hidden) {
      box.value = '';
      show();
      box.focus();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !panel.hidden && (event.target === box || panel.contains(event.target))) {
      var all = [box].concat(Array.from(hits.querySelectorAll('a')));
      var to = all.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1);
      if (all[to]) { event.preventDefault(); all[to].focus(); }
    }
  });
  document.addEventListener('click', function (event) {
    if (!panel.hidden && !panel.contains(event.target) && !form.contains(event.target)) panel.hidden = true;
  });
  box.addEventListener('click', function () { if (box.value.trim() && panel.hidden) show(); });
  var asked = state().get('q');
  if (asked && !live) { box.value = asked; show(); }
}
})();
