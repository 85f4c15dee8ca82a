// Drawing: a view of the model onto the canvas.

const COLOURS = {
  connect: '--connect', first: '--first', body: '--body', failed: '--failed', 'slot wait': '--slotwait',
  backoff: '--backoff', 'host pause': '--pause', 'rate wait': '--rate', dial: '--dial',
  queue: '--queue', 'disk wait': '--disk', write: '--write', rename: '--rename',
};
const NAMES = {
  connect: 'request: connecting', first: 'waiting for the first byte', body: 'reading the body', failed: 'failed',
  'slot wait': 'waiting for a slot', backoff: 'waiting to try again', 'host pause': 'pause the server asked for',
  'rate wait': 'waiting for its turn at the rate', dial: 'connection being made', queue: 'file waiting for a writer',
  'disk wait': 'waiting for room in the buffer', write: 'writing', rename: 'renaming',
};
const GUTTER = 44, HEADING = 22, AXIS = 22;

const heading = (m, group) => {
  const n = group.lanes.length;
  switch (group.id) {
    case SLOTS: return many(n, 'slot') + ': requests';
    case SLOTWAIT: return 'Waiting for a slot';
    case PAUSES: return 'Retries and pauses: no slot is held';
    case DIALS: return 'Connections being made';
    case QUEUE: return 'Waiting for the disk';
  }
  return many(n, 'writer');
};

// View is what part of the model is to be seen, and where it is on the canvas.
class View {
  constructor(model, canvas) {
    Object.assign(this, { model, canvas, context: canvas.getContext('2d'), scroll: 0, selected: null, pointer: null });
    this.folded = new Set([SLOTWAIT, DIALS, QUEUE]); // mere waiting: how much is more than which
    this.fit();
    this.resize();
  }

  fit() {
    const margin = this.model.end * .01;
    this.from = -margin;
    this.to = this.model.end + margin;
  }

  resize() {
    const box = this.canvas.getBoundingClientRect();
    this.scale = window.devicePixelRatio || 1;
    this.width = box.width;
    this.height = box.height;
    this.canvas.width = Math.round(box.width * this.scale);
    this.canvas.height = Math.round(box.height * this.scale);
    const style = getComputedStyle(document.documentElement);
    this.ink = name => style.getPropertyValue(name).trim();
    this.colours = Object.fromEntries(Object.entries(COLOURS).map(([kind, name]) => [kind, this.ink(name)]));
    this.shades = Object.fromEntries(
      ['paper', 'ink', 'faint', 'rule', 'band', 'lane', 'cap', 'curve', 'area'].map(n => [n, this.ink('--' + n)]));
    this.font = size => `${size}px ${getComputedStyle(document.body).fontFamily}`;
  }

  x(t) { return GUTTER + (t - this.from) / (this.to - this.from) * (this.width - GUTTER); }
  t(x) { return this.from + (x - GUTTER) / (this.width - GUTTER) * (this.to - this.from); }

  // zoom makes everything larger by a factor, and leaves the time at x there.
  zoom(factor, x) {
    const t = this.t(x), span = this.model.end * 1.02;
    const next = Math.min(span, Math.max(200, (this.to - this.from) / factor));
    const share = (t - this.from) / (this.to - this.from);
    this.from = t - next * share;
    this.to = this.from + next;
    this.clamp();
  }

  pan(dx, dy) {
    const dt = dx / (this.width - GUTTER) * (this.to - this.from);
    this.from -= dt;
    this.to -= dt;
    this.scroll -= dy;
    this.clamp();
  }

  clamp() {
    const span = this.to - this.from, margin = Math.max(this.model.end * .01, span * .02);
    const from = Math.min(Math.max(this.from, -margin), this.model.end + margin - span);
    this.from = Math.max(from, -margin);
    this.to = this.from + span;
  }

  // layout says what is where from top to bottom: the pinned curves, and
  // between them the groups, which scroll if they must.
  layout() {
    const small = this.height < 460;
    this.top = AXIS + (small ? 56 : 96);
    this.bottom = this.model.waiting.top ? (small ? 40 : 58) : 0;
    const shown = this.model.groups.filter(g => g.events.length || g.id === SLOTS);
    const open = shown.filter(g => !this.folded.has(g.id));
    const space = this.height - this.top - this.bottom - shown.length * (HEADING + 6);
    const closed = shown.length - open.length, tight = open.reduce((n, g) => n + g.lanes.length, 0) * 4 > space - closed * 34;
    const strip = tight ? 20 : 34, room = space - closed * strip;
    // Of the room waits get a third, who does something the rest.
    const busy = g => g.id === SLOTS || g.id === WRITERS;
    const count = some => open.filter(some).reduce((n, g) => n + g.lanes.length, 0);
    const fit = (pixels, lanes, most) => Math.min(most, Math.max(2, Math.floor(pixels / Math.max(1, lanes) * 2) / 2));
    const waits = count(g => !busy(g)), wait = fit(room / 3, waits, 12);
    const work = fit(room - waits * wait, count(busy), 26);
    let y = 0;
    this.bands = shown.map(group => {
      const folded = this.folded.has(group.id);
      const lane = group.id === WRITERS ? Math.max(work, 6) : busy(group) ? work : wait;
      const body = folded ? strip : group.lanes.length * lane;
      const band = { group, y, lane, body, folded, numbered: busy(group) };
      y += HEADING + body + 6;
      return band;
    });
    const hidden = Math.max(0, y - (this.height - this.top - this.bottom));
    this.scroll = Math.min(Math.max(0, this.scroll), hidden);
    this.overflow = hidden;
    this.content = y;
  }

  draw() {
    this.layout();
    const c = this.context;
    c.resetTransform();
    c.fillStyle = this.shades.paper;
    c.fillRect(0, 0, this.canvas.width, this.canvas.height);
    c.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    this.clip(0, this.top, this.width, this.height - this.top - this.bottom, () => {
      this.grid();
      for (const band of this.bands) this.band(band, this.top + band.y - this.scroll);
    });
    this.scrollbar();
    this.inFlight();
    if (this.bottom) this.disk();
    this.axis();
    this.crosshair();
  }

  clip(x, y, w, h, paint) {
    const c = this.context;
    c.save();
    c.beginPath();
    c.rect(x, y, w, h);
    c.clip();
    paint();
    c.restore();
  }

  // ticks are round times, so many that they do not crowd.
  ticks() {
    const least = (this.to - this.from) / Math.max(2, (this.width - GUTTER) / 110);
    const unit = 10 ** Math.floor(Math.log10(least));
    const step = [1, 2, 5, 10].map(n => n * unit).find(n => n >= least);
    const list = [];
    for (let t = Math.max(0, Math.ceil(this.from / step) * step); t <= this.to; t += step) list.push(t);
    return { list, step };
  }

  grid() {
    this.context.fillStyle = this.shades.rule;
    for (const t of this.ticks().list) this.context.fillRect(Math.round(this.x(t)), this.top, 1, this.height);
  }

  axis() {
    const c = this.context, { list, step } = this.ticks();
    const [unit, name] = step >= 1e9 ? [1e9, 's'] : step >= 1e6 ? [1e6, 'ms'] : step >= 1e3 ? [1e3, 'µs'] : [1, 'ns'];
    const places = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
    c.fillStyle = this.shades.faint;
    c.font = this.font(11);
    c.textAlign = 'left';
    c.textBaseline = 'middle';
    for (const t of list) {
      const label = (t / unit).toFixed(places) + ' ' + name;
      const x = this.x(t);
      if (x >= GUTTER - 1 && x + 4 + c.measureText(label).width < this.width) c.fillText(label, x + 4, AXIS / 2);
    }
    c.fillStyle = this.shades.rule;
    c.fillRect(0, AXIS, this.width, 1);
    for (const t of list) if (this.x(t) >= GUTTER - 1) c.fillRect(Math.round(this.x(t)), 0, 1, AXIS);
  }

  band(band, y) {
    const c = this.context, { group } = band;
    c.fillStyle = this.shades.band;
    c.fillRect(0, y, this.width, HEADING - 2);
    c.fillStyle = this.shades.ink;
    c.font = '600 ' + this.font(12);
    c.textAlign = 'left';
    c.textBaseline = 'middle';
    const label = (band.folded ? '▸ ' : '▾ ') + heading(this.model, group);
    c.fillText(label, 8, y + HEADING / 2 - 1);
    if (band.folded) {
      c.fillStyle = this.shades.faint;
      const width = c.measureText(label).width;
      c.font = this.font(11);
      c.fillText(`up to ${grouped(group.count.top)} at once`, 20 + width, y + HEADING / 2 - 1);
      const colour = this.colours[group.events[0].kind];
      this.curve(group.count, y + HEADING, band.body, group.count.top, colour, colour + '66');
      return;
    }
    this.lanes(band, y + HEADING);
  }

  lanes(band, y) {
    const c = this.context, { lane, group } = band;
    const gap = lane >= 8 ? 2 : lane >= 4 ? 1 : lane > 2 ? .5 : 0;
    c.textBaseline = 'middle';
    const every = Math.max(1, Math.ceil(12 / lane));
    for (const [i, events] of group.lanes.entries()) {
      const at = y + i * lane;
      if (at > this.height - this.bottom || at + lane < this.top) continue;
      c.fillStyle = this.shades.lane;
      c.fillRect(GUTTER, at, this.width - GUTTER, lane - gap);
      if (band.numbered && i % every === 0 && (every === 1 || (i + 1) * lane + 12 - lane <= band.body || i === 0)) {
        c.fillStyle = this.shades.faint;
        c.font = this.font(10);
        c.textAlign = 'right';
        c.fillText(i + 1, GUTTER - 6, at + (every === 1 ? lane / 2 : 5));
      }
      this.clip(GUTTER, at, this.width - GUTTER, lane, () => this.lane(events, at, lane - gap));
    }
  }

  // lane draws what can be seen of a lane. Where several events share a
  // pixel only the first is drawn: the others could not be told from it.
  lane(events, y, height) {
    const c = this.context;
    let done = -1; // pixels up to here have been drawn
    for (let i = Math.max(0, after(events, this.from, e => e.start) - 1); i < events.length; i++) {
      const e = events[i];
      if (e.start > this.to) break;
      const x = this.x(e.start), right = this.x(e.end);
      if (right < GUTTER || right <= done) continue;
      const width = Math.max(right - x, 1 / this.scale);
      this.bar(e, x, y, width, height);
      done = Math.max(right, x + 1 / this.scale);
    }
    c.textAlign = 'left';
  }

  bar(e, x, y, width, height) {
    const c = this.context, bad = failed(e);
    if (width < 2 || e.kind !== 'request' || bad && height < 7) {
      const list = phases(e);
      c.fillStyle = this.colours[bad ? 'failed' : list[list.length > 1 ? 1 : 0].kind];
      c.fillRect(x, y, width > 3 ? width - .5 : width, height);
    } else {
      for (const p of phases(e)) {
        if (p.end <= p.start) continue;
        c.fillStyle = this.colours[p.kind];
        const from = this.x(p.start);
        c.fillRect(from, y, Math.max(this.x(p.end) - from, .7), height);
      }
      if (bad) {
        c.fillStyle = this.colours.failed;
        c.fillRect(x, y + height * .65, width, height * .35);
      }
      c.fillStyle = this.shades.paper;
      if (width > 4) c.fillRect(x + width - .7, y, .7, height);
    }
    if (e === this.selected) this.frame(x, y, width, height);
    if (height >= 11 && width > 30) this.label(e, x, y, width, height);
  }

  frame(x, y, width, height) {
    const c = this.context;
    c.strokeStyle = this.shades.ink;
    c.lineWidth = 2;
    c.strokeRect(x + 1, y + 1, Math.max(1, width - 2), height - 2);
  }

  label(e, x, y, width, height) {
    const c = this.context;
    const from = Math.max(x, GUTTER);
    c.font = this.font(Math.min(11, height - 2));
    const room = Math.min(x + width, this.width) - from - 8;
    const text = labels(e).find(l => c.measureText(l).width <= room);
    if (!text) return;
    c.textAlign = 'left';
    c.textBaseline = 'middle';
    const under = phases(e).findLast(p => this.x(p.start) <= from + 4) ?? e;
    c.fillStyle = light(this.colours[under.kind]) ? '#111827' : '#ffffff';
    c.fillText(text, from + 4, y + height / 2 + .5);
  }

  // curve draws steps: of each pixel what is highest and lowest in it.
  curve(curve, y, height, top, line, area) {
    const c = this.context, at = h => y + height - h / Math.max(1, top) * (height - 2);
    const fill = new Path2D(), stroke = new Path2D();
    let now = heightAt(curve, this.from);
    fill.moveTo(GUTTER, y + height);
    fill.lineTo(GUTTER, at(now));
    stroke.moveTo(GUTTER, at(now));
    let i = after(curve.at, this.from);
    for (let px = GUTTER; px < this.width && i < curve.at.length; px++) {
      const until = this.t(px + 1);
      if (curve.at[i] > until) continue;
      let low = now, high = now;
      fill.lineTo(px + .5, at(now));
      stroke.lineTo(px + .5, at(now));
      for (; i < curve.at.length && curve.at[i] <= until; i++) {
        low = Math.min(low, curve.height[i]);
        high = Math.max(high, curve.height[i]);
        now = curve.height[i];
      }
      for (const h of [high, now]) fill.lineTo(px + .5, at(h));
      for (const h of [high, low, now]) stroke.lineTo(px + .5, at(h));
    }
    fill.lineTo(this.width, at(now));
    fill.lineTo(this.width, y + height);
    stroke.lineTo(this.width, at(now));
    this.clip(GUTTER, y - 1, this.width - GUTTER, height + 2, () => {
      c.fillStyle = area;
      c.fill(fill);
      c.strokeStyle = line;
      c.lineWidth = 1.5;
      c.stroke(stroke);
    });
  }

  // inFlight draws the curve of requests in flight, and the cap over it.
  inFlight() {
    const c = this.context, y = AXIS + 18, height = this.top - y - 10;
    const cap = this.model.info.max, top = Math.max(cap, this.model.inFlight.top) * 1.06;
    c.fillStyle = this.shades.paper;
    c.fillRect(0, AXIS + 1, this.width, this.top - AXIS - 1);
    this.title('Requests in flight', AXIS + 10);
    this.curve(this.model.inFlight, y, height, top, this.shades.curve, this.shades.area);
    const line = y + height - cap / top * (height - 2);
    c.strokeStyle = this.shades.cap;
    c.lineWidth = 1.5;
    c.setLineDash([6, 4]);
    c.beginPath();
    c.moveTo(GUTTER, line);
    c.lineTo(this.width, line);
    c.stroke();
    c.setLineDash([]);
    c.font = this.font(11);
    c.textAlign = 'right';
    c.textBaseline = 'middle';
    c.fillStyle = this.shades.faint;
    c.fillText('0', GUTTER - 6, y + height - 3);
    c.fillStyle = this.shades.cap;
    c.fillText(cap, GUTTER - 6, line);
    c.fillText(`the cap: ${cap} at once`, this.width - 10, AXIS + 10);
  }

  disk() {
    const c = this.context, from = this.height - this.bottom, y = from + 18, height = this.bottom - 22;
    c.fillStyle = this.shades.paper;
    c.fillRect(0, from, this.width, this.bottom);
    c.fillStyle = this.shades.rule;
    c.fillRect(0, from, this.width, 1);
    this.title('Bytes waiting for the disk', from + 10);
    this.curve(this.model.waiting, y, height, this.model.waiting.top * 1.06, this.colours.write, this.colours.write + '44');
    c.textAlign = 'right';
    c.fillStyle = this.shades.faint;
    c.font = this.font(11);
    c.fillText('at most ' + size(this.model.waiting.top), this.width - 10, from + 10);
  }

  title(text, y) {
    const c = this.context;
    c.fillStyle = this.shades.ink;
    c.font = '600 ' + this.font(12);
    c.textAlign = 'left';
    c.textBaseline = 'middle';
    c.fillText(text, 8, y);
  }

  scrollbar() {
    if (!this.overflow) return;
    const height = this.height - this.top - this.bottom, part = height / this.content;
    this.context.fillStyle = this.shades.faint + '99';
    this.context.fillRect(this.width - 6, this.top + this.scroll * part, 4, height * part);
  }

  // crosshair marks the time under the pointer on all that is drawn.
  crosshair() {
    const p = this.pointer;
    if (!p || p.x < GUTTER) return;
    const c = this.context, t = this.t(p.x);
    if (t < 0 || t > this.model.end) return;
    c.fillStyle = this.shades.ink + '66';
    c.fillRect(Math.round(p.x), AXIS, 1, this.height);
    this.flag(p.x, AXIS / 2, duration(t));
    this.flag(p.x, AXIS + 10, heightAt(this.model.inFlight, t) + ' in flight');
    if (this.bottom) this.flag(p.x, this.height - this.bottom + 10, size(heightAt(this.model.waiting, t)));
  }

  flag(x, y, text) {
    const c = this.context;
    c.font = '600 ' + this.font(11);
    const width = c.measureText(text).width + 10;
    const left = Math.min(Math.max(GUTTER, x - width / 2), this.width - width);
    c.fillStyle = this.shades.ink;
    c.fillRect(left, y - 8, width, 16);
    c.fillStyle = this.shades.paper;
    c.textAlign = 'left';
    c.textBaseline = 'middle';
    c.fillText(text, left + 5, y + .5);
  }

  // find returns what is under a point: a band, and the event in it, if any.
  find(x, y) {
    if (y < this.top || y > this.height - this.bottom) return {};
    const inside = y - this.top + this.scroll;
    const band = this.bands.find(b => inside >= b.y && inside < b.y + HEADING + b.body);
    if (!band) return {};
    const row = inside - band.y - HEADING;
    if (row < 0 || band.folded) return { band, heading: row < 0 };
    const events = band.group.lanes[Math.floor(row / band.lane)] ?? [];
    return { band, event: this.nearest(events, x) };
  }

  // nearest is the event at x, or one at most three pixels from it.
  nearest(events, x) {
    const i = after(events, this.t(x), e => e.start);
    const distance = e => Math.max(this.x(e.start) - x, x - this.x(e.end), 0);
    const close = [events[i - 1], events[i]].filter(Boolean).sort((a, b) => distance(a) - distance(b))[0];
    return close && distance(close) <= 3 ? close : null;
  }

  // where is the middle of an event on the canvas, for the keyboard.
  where(e) {
    const band = this.bands.find(b => b.group.id === e.group);
    const y = this.top + band.y - this.scroll + HEADING + (band.folded ? 0 : (e.lane + .5) * band.lane);
    return { x: (this.x(e.start) + this.x(e.end)) / 2, y };
  }
}

// light says of a colour #rrggbb that dark text is to stand on it.
function light(colour) {
  const [r, g, b] = [1, 3, 5].map(i => parseInt(colour.slice(i, i + 2), 16));
  return .299 * r + .587 * g + .114 * b > 140;
}

// labels are what an event may be labelled with, the best first.
function labels(e) {
  if (e.kind !== 'request') return [e.task];
  const note = failed(e) ? ' ' + (e.status >= 400 ? e.status : 'failed') : '';
  const path = e.url.split(/[?#]/)[0].split('/').slice(3).filter(Boolean).slice(-2).join('/');
  return [path + note, e.task + note, e.task];
}
