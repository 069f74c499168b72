// A map: Leaflet moves and zooms it, our own canvas draws everything that changes with time.

import { drawBanner } from "./banner.js";
import { colours } from "./colours.js";
import { drawContacts, pickContact, placeContacts } from "./contact_layer.js";
import { drawFootprints, drawTracks } from "./coverage.js";
import { Cursor } from "./cursor.js";
import { drawFan, heapAt, isOutside, pickInFan, spreadOut } from "./fan.js";
import { drawFires } from "./fires.js";
import { drawGhost } from "./ghost.js";
import { drawPin } from "./go_to.js";
import { drawGrid, drawGridLabels } from "./grid.js";
import { drawCounts, drawStacks, pickStack, placeStacks } from "./group_layer.js";
import { drawNames } from "./labels.js";
import { drawLinks } from "./links.js";
import { drawMinefields, drawRoads, drawZones } from "./map_features.js";
import { drawSelection, drawTrail } from "./overlays.js";
import { drawEnvelope, drawHeat } from "./rasters.js";
import { drawJammers, drawRings } from "./reach.js";
import { drawRoutes } from "./routes.js";
import { endAt } from "./sight.js";
import { emit, state } from "./store.js";
import { el, t } from "./text.js";
import { drawCasualties } from "./medical_marks.js";
import { scaleControl } from "./units.js";
import { Tooltip, under } from "./tooltip.js";
import { drawUnits, newPositions, pickUnit, place } from "./unit_layer.js";
import { drawUnseen } from "./unseen.js";
import { drawUpkeep } from "./upkeep_marks.js";
import { weatherAt, weatherText } from "./weather.js";

const L = window.L;
const PICTURE_WIDTH = 960;
const SNAP_PX = 12; // a measured line begins and ends at symbols this near
const FAN_AFTER_MS = 350; // a heap is spread out when the pointer rests on it

export class MapPane {
  constructor(parent, index, source, measure) {
    this.index = index;
    this.source = source;
    this.measure = measure;
    this.positions = newPositions(source.units.length);
    this.contacts = [];
    this.fires = null;
    this.stacks = []; // groups drawn as one symbol
    this.joined = new Set(); // their keys
    this.contactHeaps = []; // contacts drawn as one symbol
    this.fan = null; // a heap spread out
    this.truth = null; // source of the truth, for what the side does not see
    this.ghost = null; // source of the run that is compared, drawn over this one
    this.routes = []; // orders drawn: {order, from, to}
    this.painted = false;
    this.envelope = null; // what a side covers
    this.heat = null; // where it lost, fired or saw
    this.grid = {}; // its lines and labels
    this.tracks = {}; // the canvas with the trails of all
    this.names = { chosen: null, units: [], drawn: [], at: 0, key: null, later: null }; // their positions
    this.mapElement = el("div", { class: "map" });
    this.canvas = el("canvas", { class: "units", "aria-hidden": "true" });
    this.title = el("div", { class: "pane-title" });
    this.cursor = new Cursor(source);
    this.weather = el("div", { class: "weather", title: t("weather.title") });
    this.tooltip = new Tooltip();
    this.element = el("section", { class: "pane", "aria-label": t("map.label") }, this.mapElement, this.title, this.weather, this.cursor.element, this.tooltip.element);
    parent.append(this.element);
    this.map = L.map(this.mapElement, {
      crs: L.CRS.Simple,
      attributionControl: false,
      zoomControl: false,
      zoomSnap: 0.25,
      zoomDelta: 0.5,
      wheelPxPerZoomLevel: 90,
      minZoom: -15,
      maxZoom: 3,
      zoomAnimation: false,
      fadeAnimation: false,
      markerZoomAnimation: false,
      keyboard: false,
      trackResize: false, // the pane watches its own size
    });
    this.mapElement.append(this.canvas);
    if (index === 0) L.control.zoom({ zoomInTitle: t("map.zoom_in"), zoomOutTitle: t("map.zoom_out") }).addTo(this.map);
    this.scale = scaleControl().addTo(this.map);
    this._terrain = null;
    this._ownMove = false; // the map moves because the pane fits it
    this.isMoved = false; // the user moved it
    this.fit();
    this.setTerrain();
    this._listen();
    this._size();
    this._resize = new ResizeObserver(() => {
      this._move(() => this.map.invalidateSize({ animate: false, pan: false }));
      this._size();
      if (!this.isMoved) this.fit();
      emit("dirty");
    });
    this._resize.observe(this.element);
  }

  remove() {
    clearTimeout(this._resting);
    this._resize.disconnect();
    this.map.remove();
    this.element.remove();
  }

  fit() {
    const [west, east, south, north] = this.source.meta.bounds_m;
    this._move(() => this.map.fitBounds([[south, west], [north, east]], { animate: false, padding: [4, 4] }));
    this.isMoved = false;
  }

  // Move the map without treating it as a choice of the user.
  _move(change) {
    this._ownMove = true;
    change();
    this._ownMove = false;
  }

  // Show the same area as another pane.
  follow(other) {
    this._move(() => this.map.setView(other.map.getCenter(), other.map.getZoom(), { animate: false }));
    this.isMoved = other.isMoved;
  }

  setTerrain() {
    const bounds = this.source.meta.terrain_m;
    this._terrain?.remove();
    this._terrain = null;
    if (!bounds || !state.layers.terrain) return;
    const [west, east, south, north] = bounds;
    const url = `/replay/${encodeURIComponent(this.source.run)}/terrain-${state.theme}.png`;
    this._terrain = L.imageOverlay(url, [[south, west], [north, east]], { interactive: false }).addTo(this.map);
  }

  _listen() {
    this.map.on("move", () => {
      if (!this._ownMove) this.isMoved = true;
      this._closeFan();
      emit("moved", this);
      emit("dirty");
    });
    this.map.on("moveend", () => emit("map-rest", this));
    this.map.on("dragstart", () => emit("dragged"));
    this.map.on("click", (event) => this._click(event.containerPoint, event.latlng));
    this.map.on("mousemove", (event) => this._point(event.latlng, event.containerPoint));
    this.map.on("mouseout", () => {
      this.cursor.hide();
      this.tooltip.hide();
      this._closeFan();
    });
    this.map.doubleClickZoom.disable();
    this.map.on("dblclick", (event) => this.map.setZoomAround(event.containerPoint, this.map.getZoom() + 1));
    this.element.addEventListener("pointerdown", () => emit("pane-used", this), true);
  }

  _click(point, place) {
    if (this.measure.active) {
      this.measure.click(endAt(this, pickUnit(this.positions, point.x, point.y, SNAP_PX)) ?? { x: place.lng, y: place.lat });
      emit("dirty");
      return;
    }
    const fanned = this.fan && pickInFan(this.fan, point.x, point.y);
    if (fanned) {
      emit("select", fanned.unit >= 0 ? this.source.units[fanned.unit].name : fanned.key);
      return;
    }
    if (!this.fan && pickStack([...this.stacks, ...this.contactHeaps], point.x, point.y, 16)) {
      this._openFan(point);
      return;
    }
    const before = this.source.indexOf.get(state.selected) ?? -1;
    const unit = pickUnit(this.positions, point.x, point.y, 18, before);
    if (unit >= 0) {
      emit("select", this.source.units[unit].name);
      return;
    }
    emit("select", state.layers.contacts ? pickContact(this.contacts, point.x, point.y, 18)?.key ?? null : null);
  }

  _point(place, point) {
    if (this.measure.active) {
      this.measure.move({ x: place.lng, y: place.lat });
      emit("dirty");
    }
    this.cursor.show(place.lng, place.lat);
    this._hover(point);
  }

  // The text for the symbol under the pointer; a heap is spread out when the pointer rests on it.
  _hover(point) {
    if (this.fan && isOutside(this.fan, point.x, point.y)) this._closeFan();
    const item = this.fan && pickInFan(this.fan, point.x, point.y);
    const contact = item?.key && this.contacts.find((one) => one.key === item.key);
    const found = item ? (contact ? { contact } : item.unit >= 0 ? item : null) : this.fan ? null : under(this, point.x, point.y);
    this.tooltip.show(this, found, point);
    this.mapElement.classList.toggle("on-symbol", Boolean(found) && !this.measure.active);
    clearTimeout(this._resting);
    if (!this.fan && found && !this.measure.active) this._resting = setTimeout(() => this._openFan(point), FAN_AFTER_MS);
  }

  _openFan(point) {
    const heap = this.sample && heapAt(this, point.x, point.y);
    if (!heap || !this.element.isConnected) return;
    this.fan = spreadOut(heap, state.symbolSize, this.width, this.height);
    this.tooltip.hide();
    emit("dirty");
  }

  _closeFan() {
    clearTimeout(this._resting);
    if (!this.fan) return;
    this.fan = null;
    emit("dirty");
  }

  _size() {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.element;
    this.canvas.width = Math.max(1, Math.round(clientWidth * ratio));
    this.canvas.height = Math.max(1, Math.round(clientHeight * ratio));
    this.ratio = ratio;
    this.width = clientWidth;
    this.height = clientHeight;
  }

  view() {
    const zero = this.map.latLngToContainerPoint([0, 0]);
    const one = this.map.latLngToContainerPoint([0, 1e6]);
    return { scale: (one.x - zero.x) / 1e6, ox: zero.x, oy: zero.y, width: this.width, height: this.height };
  }

  // The unit or contact that is selected, as {x, y} in metres; null when this view does not show it.
  selectedSpot() {
    const unit = this.source.indexOf.get(state.selected);
    if (unit !== undefined) {
      const x = this.positions.metres[2 * unit];
      return Number.isFinite(x) ? { x, y: this.positions.metres[2 * unit + 1] } : null;
    }
    const contact = this.contacts.find((one) => one.key === state.selected);
    return contact ? { x: contact.mx, y: contact.my } : null;
  }

  centreOn(spot) {
    if (spot) this.map.setView([spot.y, spot.x], this.map.getZoom(), { animate: false });
  }

  followStep() {
    const spot = this.selectedSpot();
    if (!spot) return;
    const at = this.map.latLngToContainerPoint([spot.y, spot.x]);
    const dx = Math.round(at.x - this.width / 2);
    const dy = Math.round(at.y - this.height / 2);
    if (dx || dy) this.map.panBy([dx, dy], { animate: false });
  }

  draw(time, speed) {
    const context = this.canvas.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    const source = this.source;
    const view = this.view();
    const sample = source.sample(Math.min(time, source.meta.duration_s));
    const theme = state.theme;
    [this.sample, this.time] = [sample, time];
    const scene = {
      source, sample, view, time, speed, theme,
      positions: this.positions,
      contacts: [],
      placeNames: [], // of zones and of the goals of orders
      colours: colours(theme),
      layers: state.layers,
      ratio: this.ratio,
      size: state.symbolSize,
      selected: source.indexOf.get(state.selected) ?? -1,
      selectedContact: state.selected,
      fires: this.fires,
      prepared: source.routes,
      paneBoxes: () => this._textBoxes(),
      ownBoxes: () => this.ownBoxes(),
    };
    drawHeat(context, scene, this.heat);
    drawEnvelope(context, scene, this.envelope);
    drawGrid(context, scene, this.grid);
    drawRoads(context, scene);
    drawZones(context, scene);
    drawMinefields(context, scene);
    this._tellWeather(time);
    if (sample) {
      place(this.positions, sample, view);
      scene.contacts = this.contacts = placeContacts(scene);
      scene.stacks = this.stacks = placeStacks(scene, this.joined);
      drawFootprints(context, scene);
      drawTracks(context, scene, this.tracks);
      drawJammers(context, scene);
      drawLinks(context, scene);
      this.routes = drawRoutes(context, scene);
      drawTrail(context, scene);
      drawRings(context, scene);
      drawContacts(context, scene);
      this.contactHeaps = scene.contactHeaps ?? [];
      drawUnits(context, scene);
      drawStacks(context, scene);
      drawUpkeep(context, scene);
      drawCasualties(context, scene);
      if (this.ghost && state.layers.ghost) this.ghosts = drawGhost(context, scene, this.ghost);
      if (this.truth && state.layers.unseen) this.unseen = drawUnseen(context, scene, this.truth);
      drawFires(context, scene);
      drawSelection(context, scene);
      this.painted = true;
    }
    drawPin(context, scene);
    drawNames(context, scene, this.names);
    if (sample) this.counts = drawCounts(context, scene, this.names.drawn);
    if (this.fan && sample) drawFan(context, scene, this.fan);
    drawGridLabels(context, scene, this.grid);
    this.measure.draw(context, view, scene.colours);
    return sample;
  }

  // Kept clear of names: the pane's own texts, the labels of its grid and of the measured line.
  _textBoxes() {
    const labels = state.grid ? (this.grid.labels ?? []).map(({ box }) => box) : [];
    return [...this.ownBoxes(), ...labels, ...(this.measure.from && this.measure.box ? [this.measure.box] : [])];
  }

  // The pane's own texts: [left, top, right, bottom].
  ownBoxes() {
    const { left, top } = this.element.getBoundingClientRect();
    return [this.title, this.weather, this.element.querySelector(".leaflet-control-scale")].map((one) => one.getBoundingClientRect())
      .map((box) => [box.left - left, box.top - top, box.right - left, box.bottom - top]);
  }

  _tellWeather(time) {
    const stretch = weatherAt(this.source.meta, time);
    if (this._stretch === stretch) return;
    this._stretch = stretch;
    this.weather.textContent = weatherText(stretch);
  }

  // Paint ground and map as they are now, in the pixels of the pane.
  paintOn(context) {
    const image = this._terrain?.getElement();
    if (image?.complete && image.naturalWidth) {
      const [west, east, south, north] = this.source.meta.terrain_m;
      const topLeft = this.map.latLngToContainerPoint([north, west]);
      const bottomRight = this.map.latLngToContainerPoint([south, east]);
      context.drawImage(image, topLeft.x, topLeft.y, bottomRight.x - topLeft.x, bottomRight.y - topLeft.y);
    }
    context.drawImage(this.canvas, 0, 0, this.width, this.height);
  }

  // The map as it is now, as a JPEG data URL for the review.
  picture() {
    const scale = Math.min(1, PICTURE_WIDTH / this.width);
    const canvas = el("canvas", { width: Math.round(this.width * scale), height: Math.round(this.height * scale) });
    const context = canvas.getContext("2d");
    context.fillStyle = colours(state.theme).ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.scale(scale, scale);
    this.paintOn(context);
    drawBanner(context, canvas.width, canvas.height, this.source.meta.classification);
    return canvas.toDataURL("image/jpeg", 0.85);
  }
}
