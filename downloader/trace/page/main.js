// What happens: the page's life, from its data to what is pointed at.

document.addEventListener('DOMContentLoaded', () => {
  const $ = id => document.getElementById(id);
  const model = makeModel($('events').textContent);
  $('headline').textContent = headline(model);
  $('summary').textContent = summary(model);
  document.title = `${headline(model)} · ${model.info.title}`;
  const canvas = $('view'), view = new View(model, canvas);
  let due = false;
  const redraw = () => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; view.draw(); });
  };
  const legend = () => drawLegend(view, $('legend'));
  legend();

  new ResizeObserver(() => { view.resize(); redraw(); }).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { view.resize(); legend(); redraw(); });

  const tip = new Tip($('tip'), $('spoken'));
  const zoom = (factor, x = GUTTER + (view.width - GUTTER) / 2) => { view.zoom(factor, x); redraw(); };
  const fit = () => { view.fit(); view.scroll = 0; redraw(); };
  const help = () => {
    $('help').hidden = !$('help').hidden;
    $('about').setAttribute('aria-expanded', String(!$('help').hidden));
  };
  $('in').addEventListener('click', () => zoom(2));
  $('out').addEventListener('click', () => zoom(.5));
  $('fit').addEventListener('click', fit);
  $('about').addEventListener('click', help);

  const select = (e, x, y) => {
    view.selected = e ?? null;
    tip.show(e, x, y);
    redraw();
  };
  // step goes to the next or previous request, into view if it is not there.
  const step = by => {
    const list = model.requests, now = list.indexOf(view.selected);
    const e = list[Math.min(list.length - 1, Math.max(0, now < 0 ? 0 : now + by))];
    if (!e) return;
    const span = view.to - view.from;
    if (e.start < view.from || e.end > view.to) {
      view.from = (e.start + e.end - span) / 2;
      view.to = view.from + span;
      view.clamp();
    }
    view.layout();
    const { x, y } = view.where(e), box = canvas.getBoundingClientRect();
    if (y < view.top || y > view.height - view.bottom) view.scroll += y - (view.top + view.height - view.bottom) / 2;
    select(e, box.left + x, box.top + Math.min(Math.max(y, view.top), view.height - view.bottom));
    tip.say(e);
  };
  const keys = {
    '+': () => zoom(1.5), '=': () => zoom(1.5), '-': () => zoom(1 / 1.5), '0': fit, 'Home': fit, '?': help,
    'ArrowLeft': () => view.pan(60, 0), 'ArrowRight': () => view.pan(-60, 0),
    'ArrowUp': () => view.pan(0, 40), 'ArrowDown': () => view.pan(0, -40),
    'n': () => step(1), 'p': () => step(-1), 'Escape': () => select(null),
  };
  document.addEventListener('keydown', k => {
    const act = keys[k.key];
    if (!act || k.ctrlKey || k.metaKey || k.altKey) return;
    k.preventDefault();
    act();
    redraw();
  });
  pointers(canvas, view, redraw, select);
});

// pointers makes wheel, mouse, pen and fingers move the view: one drags, two
// pinch, one that rests tells what is under it.
function pointers(canvas, view, redraw, select) {
  const down = new Map();
  let moved = false;
  const at = p => { const box = canvas.getBoundingClientRect(); return { x: p.clientX - box.left, y: p.clientY - box.top }; };
  const point = p => {
    const { x, y } = at(p), found = view.find(x, y);
    view.pointer = { x, y };
    canvas.style.cursor = found.heading ? 'pointer' : '';
    select(found.event, p.clientX, p.clientY);
  };
  canvas.addEventListener('wheel', w => {
    w.preventDefault();
    const unit = w.deltaMode === 1 ? 16 : 1;
    if (w.shiftKey) view.pan(-w.deltaX * unit, -w.deltaY * unit);
    else if (Math.abs(w.deltaX) > Math.abs(w.deltaY)) view.pan(-w.deltaX * unit, 0);
    else view.zoom(Math.exp(-w.deltaY * unit * (w.ctrlKey ? .01 : .002)), Math.max(GUTTER, at(w).x));
    point(w);
  }, { passive: false });
  canvas.addEventListener('pointerdown', p => {
    canvas.setPointerCapture(p.pointerId);
    down.set(p.pointerId, at(p));
    moved = false;
  });
  canvas.addEventListener('pointermove', p => {
    const before = down.get(p.pointerId), now = at(p);
    if (!before) return point(p);
    if (!moved && Math.hypot(now.x - before.x, now.y - before.y) < 4) return;
    moved = true;
    canvas.classList.add('moving');
    if (down.size === 2) {
      const [id] = [...down.keys()].filter(k => k !== p.pointerId), other = down.get(id);
      const spread = q => Math.max(10, Math.hypot(q.x - other.x, q.y - other.y));
      view.zoom(spread(now) / spread(before), Math.max(GUTTER, (now.x + other.x) / 2));
    } else {
      view.pan(now.x - before.x, now.y - before.y);
    }
    down.set(p.pointerId, now);
    view.pointer = null;
    select(null);
  });
  const up = p => {
    const single = down.size === 1;
    if (!down.delete(p.pointerId)) return;
    canvas.classList.remove('moving');
    if (moved || !single || p.type === 'pointercancel') return redraw();
    const found = view.find(at(p).x, at(p).y);
    if (found.heading) {
      const id = found.band.group.id;
      view.folded.has(id) ? view.folded.delete(id) : view.folded.add(id);
    }
    point(p);
  };
  canvas.addEventListener('pointerup', up);
  canvas.addEventListener('pointercancel', up);
  canvas.addEventListener('pointerleave', p => {
    if (down.size) return;
    view.pointer = null;
    select(null);
  });
}

// Tip tells of one event: beside the pointer, and to screen readers.
class Tip {
  constructor(box, spoken) { Object.assign(this, { box, spoken }); }

  show(e, x, y) {
    this.box.hidden = !e;
    if (!e) return;
    this.box.replaceChildren(...this.content(e));
    const { width, height } = this.box.getBoundingClientRect();
    const left = x + 16 + width > innerWidth ? x - 16 - width : x + 16;
    const top = y + 16 + height > innerHeight ? y - 16 - height : y + 16;
    this.box.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }

  say(e) { this.spoken.textContent = this.content(e).map(n => n.textContent).join('. '); }

  content(e) {
    const make = (tag, kind, text) => {
      const node = document.createElement(tag);
      node.className = kind;
      node.textContent = text;
      return node;
    };
    const name = e.kind === 'request' ? 'request' : NAMES[e.kind];
    const nodes = [make('div', 'name', [name, e.task].filter(Boolean).join(' · '))];
    if (e.url) nodes.push(make('div', 'url', e.url));
    if (e.error) nodes.push(make('div', 'error', e.error));
    const table = document.createElement('table');
    for (const [key, value] of facts(e)) {
      const row = table.insertRow();
      row.insertCell().textContent = key;
      row.insertCell().textContent = value;
    }
    return [...nodes, table];
  }
}

// facts are what is known of an event in numbers.
function facts(e) {
  const list = [['from', duration(e.start)], ['took', duration(e.end - e.start)]];
  if (e.kind === 'request') {
    const named = { connect: '· to get a connection', first: '· to the first byte', body: '· to the last byte' };
    for (const p of phases(e)) list.push([named[p.kind], duration(p.end - p.start)]);
    if (e.hops) list.push(['connection', e.reused === e.hops ? 'was open' : 'new']);
    if (e.hops > 1) list.push(['requests in one', e.hops + ' (redirected, or sent anew)']);
    if (e.status) list.push(['status', e.status]);
    list.push(['slot', e.lane + 1], ['in flight then', e.before]);
    if (e.attempt > 1) list.push(['attempt', e.attempt]);
  }
  if (e.kind === 'backoff') list.push(['after attempt', e.attempt]);
  if (e.bytes) list.push(['bytes', grouped(e.bytes)]);
  return list;
}

// drawLegend shows the colours of what there is in this run.
function drawLegend(view, list) {
  const there = new Set(view.model.events.map(e => e.kind));
  if (view.model.requests.length) for (const kind of ['connect', 'first', 'body']) there.add(kind);
  if (view.model.requests.some(failed)) there.add('failed');
  if (there.has('connect')) there.delete('dial'); // of the same colour
  list.replaceChildren(...Object.keys(COLOURS).filter(kind => there.has(kind)).map(kind => {
    const item = document.createElement('li'), swatch = document.createElement('canvas');
    swatch.width = swatch.height = 1;
    const context = swatch.getContext('2d');
    context.fillStyle = view.colours[kind];
    context.fillRect(0, 0, 1, 1);
    item.append(swatch, NAMES[kind]);
    return item;
  }));
}
