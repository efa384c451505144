'use strict';
(() => {
  const SVG = 'http://www.w3.org/2000/svg';
  const make = (name, attributes, parent) => {
    const element = document.createElementNS(SVG, name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    if (parent) parent.append(element);
    return element;
  };
  const node = (name, text, parent) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };
  const number = value => value === null || value === undefined ? '–'
    : new Intl.NumberFormat('en', {maximumSignificantDigits: 6, useGrouping: false}).format(value).replace('-', '−');

  // A chart: the picture that gnuplot drew, and over it what shows values and zooms.
  class Chart {
    constructor(figure) {
      this.plot = figure.querySelector('.plot');
      this.data = JSON.parse(figure.querySelector('script').textContent);
      this.x = this.data.x;
      this.step = -1;
      this.views = ['wide', 'narrow'].map(kind => this.view(kind)).filter(view => view);
      this.range = null;
      this.tip = node('div', undefined, this.plot);
      this.tip.className = 'tip';
      this.tip.hidden = true;
      this.tip.setAttribute('aria-live', 'polite');
      const tools = node('div', undefined, figure);
      tools.className = 'tools';
      for (const [text, label, act] of [['+', 'Zoom in', () => this.zoom(0.5)], ['−', 'Zoom out', () => this.zoom(2)],
        ['All', 'Show all of the time axis', () => this.show(null)]]) {
        const button = node('button', text, tools);
        button.type = 'button';
        button.setAttribute('aria-label', label);
        button.addEventListener('click', act);
      }
      this.listen();
    }

    view(kind) {
      const svg = this.plot.querySelector('.' + kind + ' svg');
      const area = this.data[kind];
      if (!svg || !area) return null;
      svg.setAttribute('aria-hidden', 'true');
      const groups = [...svg.querySelectorAll('g[id*="gnuplot_plot_"]')].filter(group => group.id.endsWith('b'));
      const clip = make('clipPath', {id: svg.querySelector('g').id + '-clip'}, svg);
      make('rect', {x: area.l, y: area.t - 4, width: area.r - area.l, height: area.b - area.t + 8}, clip);
      const outer = make('g', {'clip-path': 'url(#' + clip.id + ')'});
      const inner = make('g', {}, outer);
      if (groups.length) groups[0].before(outer);
      inner.append(...groups);
      const points = [...inner.querySelectorAll('use')].map(use => [use, use.getAttribute('transform') || '']);
      const time = [...svg.querySelectorAll('g[fill="var(--time)"]')].filter(group => group.querySelector('text'));
      const tics = [...svg.querySelectorAll('g[stroke="var(--marker)"] path, path[stroke="var(--marker)"]')]
        .filter(path => this.isUpright(path));
      const origin = [...svg.querySelectorAll('g[fill="var(--origin)"], g[stroke="var(--origin)"] path, path[stroke="var(--origin)"]')];
      const moved = make('g', {}, svg);
      const band = make('rect', {class: 'band', y: area.t, height: area.b - area.t, width: 0, visibility: 'hidden'}, svg);
      const cross = make('line', {class: 'cross', y1: area.t, y2: area.b, visibility: 'hidden'}, svg);
      const marks = this.data.rows.map(row => make('circle', {class: 'mark', r: 4, fill: 'var(--' + row.tint + ')', visibility: 'hidden'}, svg));
      return {svg, area, inner, points, fixed: [...time, ...tics, ...origin], moved, band, cross, marks};
    }

    isUpright(path) {
      const found = /^M([\d.]+),[\d.]+ L([\d.]+),[\d.]+\s*$/.exec(path.getAttribute('d') || '');
      return found !== null && Math.abs(found[1] - found[2]) < 0.5;
    }

    get whole() { return [this.views[0].area.x0, this.views[0].area.x1]; }
    get shown() { return this.range || this.whole; }
    at(view, x) {
      const [low, high] = this.shown;
      return view.area.l + (x - low) / (high - low) * (view.area.r - view.area.l);
    }
    height(view, y) {
      return view.area.b - (y - view.area.y0) / (view.area.y1 - view.area.y0) * (view.area.b - view.area.t);
    }

    // The view that is seen at this width, and the place of a pointer on its axis.
    get seen() { return this.views.find(view => view.svg.getBoundingClientRect().width > 0) || this.views[0]; }
    place(event) {
      const view = this.seen;
      const box = view.svg.getBoundingClientRect();
      const pixels = (event.clientX - box.left) / box.width * view.area.w;
      const [low, high] = this.shown;
      return low + (pixels - view.area.l) / (view.area.r - view.area.l) * (high - low);
    }
    nearest(x) {
      let best = 0;
      for (let step = 1; step < this.x.length; step++) {
        if (Math.abs(this.x[step] - x) < Math.abs(this.x[best] - x)) best = step;
      }
      return best;
    }

    listen() {
      const plot = this.plot;
      let start = null;
      plot.addEventListener('pointermove', event => {
        if (start !== null) return this.select(start, this.place(event));
        this.point(this.nearest(this.place(event)));
      });
      plot.addEventListener('pointerdown', event => {
        if (event.pointerType === 'mouse' && event.button === 0) start = this.place(event);
        else this.point(this.nearest(this.place(event)));
      });
      plot.addEventListener('pointerup', event => {
        if (start === null) return;
        const end = this.place(event);
        this.select(null);
        const [low, high] = this.shown;
        if (Math.abs(end - start) > (high - low) / 50) this.show([Math.min(start, end), Math.max(start, end)]);
        start = null;
      });
      plot.addEventListener('pointerleave', () => { start = null; this.select(null); this.point(-1); });
      plot.addEventListener('dblclick', () => this.show(null));
      plot.addEventListener('blur', () => this.point(-1));
      plot.addEventListener('keydown', event => {
        const last = this.x.length - 1;
        const from = this.step < 0 ? this.data.origin : this.step;
        const to = {ArrowLeft: from - 1, ArrowRight: from + 1, PageUp: from - 10, PageDown: from + 10, Home: 0, End: last}[event.key];
        if (to !== undefined) this.point(Math.max(0, Math.min(last, to)), true);
        else if (event.key === '+' || event.key === '=') this.zoom(0.5);
        else if (event.key === '-') this.zoom(2);
        else if (event.key === '0' || event.key === 'Escape') { this.show(null); this.point(-1); }
        else return;
        event.preventDefault();
      });
    }

    select(from, to) {
      for (const view of this.views) {
        const ends = from === null ? [0, 0] : [this.at(view, from), this.at(view, to)].sort((a, b) => a - b);
        view.band.setAttribute('x', ends[0]);
        view.band.setAttribute('width', ends[1] - ends[0]);
        view.band.setAttribute('visibility', from === null ? 'hidden' : 'visible');
      }
    }

    zoom(factor) {
      const [low, high] = this.shown;
      const middle = this.step >= 0 ? this.x[this.step] : (low + high) / 2;
      this.show([middle - (middle - low) * factor, middle + (high - middle) * factor]);
    }

    show(range) {
      const [first, last] = this.whole;
      const least = (last - first) / this.x.length * 2;
      if (range) {
        let [low, high] = [Math.max(range[0], first), Math.min(range[1], last)];
        if (high - low < least) [low, high] = [(low + high - least) / 2, (low + high + least) / 2];
        range = high - low >= (last - first) * 0.999 ? null : [low, high];
      }
      this.range = range;
      for (const view of this.views) this.draw(view);
      this.point(this.step);
    }

    draw(view) {
      const {area, inner, points, fixed, moved} = view;
      const [low, high] = this.shown;
      const scale = (area.x1 - area.x0) / (high - low);
      const shift = this.at(view, area.x0) - area.l * scale;
      inner.setAttribute('transform', this.range ? `translate(${shift} 0) scale(${scale} 1)` : '');
      for (const [use, transform] of points) use.setAttribute('transform', this.range ? `${transform} scale(${1 / scale} 1)` : transform);
      for (const element of fixed) element.setAttribute('visibility', this.range ? 'hidden' : 'visible');
      moved.replaceChildren();
      if (!this.range) return;
      const inside = this.x.map((x, step) => step).filter(step => this.x[step] >= low && this.x[step] <= high);
      const widest = Math.max(...inside.map(step => this.data.labels[step].length), 1) * 9 + 20;
      const most = Math.max(1, Math.floor((area.r - area.l) / widest));
      const stride = Math.max(1, Math.ceil(inside.length / most));
      for (let place = 0; place < inside.length; place += stride) {
        const x = this.at(view, this.x[inside[place]]);
        make('line', {x1: x, x2: x, y1: area.b, y2: area.b + 5, stroke: 'var(--marker)'}, moved);
        const half = this.data.labels[inside[place]].length * 4;
        const text = make('text', {x: Math.min(Math.max(x, half), area.w - half), y: area.b + 21, 'text-anchor': 'middle', fill: 'var(--quiet)', 'font-size': 13}, moved);
        text.textContent = this.data.labels[inside[place]];
      }
      const origin = this.x[this.data.origin];
      if (this.data.hasOrigin && origin >= low && origin <= high) {
        const x = this.at(view, origin);
        make('line', {x1: x, x2: x, y1: area.t, y2: area.b, stroke: 'var(--origin)', 'stroke-dasharray': '3 3'}, moved);
      }
    }

    // Shows the values of a step, or none.
    point(step, keepsInView) {
      this.step = step;
      if (keepsInView && this.range) {
        const [low, high] = this.range;
        const x = this.x[step];
        if (x < low || x > high) {
          const half = (high - low) / 2;
          this.show([x - half, x + half]);
        }
      }
      const [low, high] = this.shown;
      const isSeen = step >= 0 && this.x[step] >= low && this.x[step] <= high;
      for (const view of this.views) {
        const x = isSeen ? this.at(view, this.x[step]) : 0;
        view.cross.setAttribute('visibility', isSeen ? 'visible' : 'hidden');
        view.cross.setAttribute('x1', x);
        view.cross.setAttribute('x2', x);
        this.data.rows.forEach((row, place) => {
          const value = isSeen ? row.values[step] : null;
          const mark = view.marks[place];
          const isDrawn = typeof value === 'number' && !row.isText;
          mark.setAttribute('visibility', isDrawn ? 'visible' : 'hidden');
          if (isDrawn) { mark.setAttribute('cx', x); mark.setAttribute('cy', this.height(view, value)); }
        });
      }
      this.tip.hidden = !isSeen;
      if (!isSeen) return;
      this.tip.replaceChildren();
      node('b', this.data.labels[step], this.tip);
      for (const row of this.data.rows) {
        const value = row.values[step];
        if (value === null || value === undefined) continue;
        const line = node('span', undefined, this.tip);
        const swatch = node('i', undefined, line);
        swatch.style.background = 'var(--' + row.tint + ')';
        line.append(row.name + ': ' + (Array.isArray(value) ? value.map(number).join(' to ') : number(value)));
      }
      const view = this.seen;
      const box = view.svg.getBoundingClientRect();
      const scale = box.width / view.area.w;
      const x = this.at(view, this.x[step]) * scale;
      const width = this.tip.offsetWidth;
      this.tip.style.left = (x + 14 + width > box.width ? Math.max(0, x - 14 - width) : x + 14) + 'px';
      this.tip.style.top = view.area.t * scale + 'px';
    }
  }
  for (const figure of document.querySelectorAll('figure')) {
    if (figure.querySelector('svg') && figure.querySelector('[tabindex]')) new Chart(figure);
  }

  // Tables that are sorted by a column.
  const cellValue = cell => {
    const text = cell.textContent.trim();
    const value = Number(text.replace('−', '-').replace(' %', ''));
    return text === '' || Number.isNaN(value) ? text : value;
  };
  const sort = (table, column, isDescending) => {
    const rows = [...table.tBodies[0].rows];
    const keys = new Map(rows.map(row => [row, cellValue(row.cells[column])]));
    rows.sort((a, b) => {
      const [first, second] = isDescending ? [keys.get(b), keys.get(a)] : [keys.get(a), keys.get(b)];
      if (typeof first === 'number' && typeof second === 'number') return first - second;
      if (typeof first !== typeof second) return typeof first === 'number' ? -1 : 1;
      return first < second ? -1 : first > second ? 1 : 0;
    });
    table.tBodies[0].append(...rows);
  };
  const sortable = table => {
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = header.textContent;
      header.replaceChildren(button);
      button.addEventListener('click', () => {
        const isDescending = header.getAttribute('aria-sort') === 'ascending';
        for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
        header.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending');
        sort(table, column, isDescending);
      });
    });
  };
  for (const table of document.querySelectorAll('table.sortable')) sortable(table);

  // The forecast: every series can be looked at, copied and kept as a file.
  const table = document.getElementById('forecast-table');
  const data = JSON.parse(document.getElementById('forecast-data').textContent);
  const tools = document.getElementById('forecast-tools');
  const steps = series => data.times[series.t].map((time, step) =>
    [series.n, time, step + 1, series.f[step], ...series.b.flatMap(band => [band[0][step], band[1][step]])]);
  const quoted = cell => {
    let text = cell === null ? '' : String(cell);
    // A cell that begins like this would be a formula in a spreadsheet.
    if (typeof cell === 'string' && /^[=+\-@\t\r]/.test(text)) text = "'" + text;
    return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };
  const columns = ['series', 'time', 'step', 'forecast', ...data.levels.flatMap(level => ['lower_' + level, 'upper_' + level])];
  const csv = () => [columns, ...data.series.flatMap(steps)].map(row => row.map(quoted).join(',') + '\r\n').join('');
  const fill = series => {
    const all = series.flatMap(steps);
    // As many decimals as the largest number of a column needs.
    const places = columns.map((_, column) => {
      const values = all.map(cells => cells[column]).filter(value => typeof value === 'number');
      const largest = Math.max(0, ...values.map(Math.abs));
      if (largest !== 0 && (largest < 1e-4 || largest >= 1e15)) return -1;
      return values.every(Number.isInteger) ? 0 : Math.max(0, 5 - Math.max(0, Math.floor(Math.log10(largest || 1))));
    });
    const shown = (value, column) => value === null ? '–' : places[column] < 0 ? number(value)
      : value.toFixed(places[column]).replace(/^-(?=.*[1-9])/, '−').replace(/^-/, '');
    table.tBodies[0].replaceChildren(...all.map(cells => {
      const row = document.createElement('tr');
      cells.forEach((cell, column) => {
        const element = node(column === 0 ? 'th' : 'td', undefined, row);
        if (column === 0) { element.scope = 'row'; node('bdi', cell, element); }
        else element.textContent = column > 2 ? shown(cell, column) : cell;
      });
      return row;
    }));
    for (const header of table.tHead.rows[0].cells) header.removeAttribute('aria-sort');
  };
  if (data.series.length > 1) {
    const label = node('label', 'Series ', tools);
    const select = node('select', undefined, label);
    select.id = 'forecast-series';
    data.series.forEach((series, place) => { node('option', series.n, select).value = place; });
    select.addEventListener('change', () => fill([data.series[Number(select.value)]]));
    fill([data.series[0]]);
  }
  const status = document.createElement('span');
  status.setAttribute('role', 'status');
  status.className = 'quiet';
  const button = (text, act) => {
    const element = node('button', text, tools);
    element.type = 'button';
    element.addEventListener('click', act);
    return element;
  };
  button('Copy the table', async () => {
    const text = [...table.rows].map(row => [...row.cells].map(cell => cell.textContent.replace(' ▲', '').replace(' ▼', '')).join('\t')).join('\n');
    try {
      await navigator.clipboard.writeText(text);
      status.textContent = 'copied';
    } catch {
      const selection = getSelection();
      selection.selectAllChildren(table);
      status.textContent = 'selected: copy it with Ctrl+C';
    }
  });
  button('Download as CSV', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([csv()], {type: 'text/csv'}));
    link.download = data.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    status.textContent = 'saved ' + data.file;
  });
  tools.append(status);
})();
