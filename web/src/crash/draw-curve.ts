/** Draws the flight on a canvas: axes that grow with it, the curve up to now (or to the crash, and never beyond), its head. */
import { multiplierAt } from "../../../shared/crash/curve.ts";

export interface CurveView {
  /** How much of the flight to draw, milliseconds. */
  readonly elapsedMs: number;
  readonly rateMillionthsPerMs: number;
  readonly hasCrashed: boolean;
  readonly colours: CurveColours;
}

export interface CurveColours {
  readonly line: string;
  readonly crashed: string;
  readonly grid: string;
  readonly text: string;
  readonly font: string;
}

const SPAN_MS_MIN = 7_000;
const TOP_MIN = 2;
const STEPS = 80;
const PADDING = { left: 14, right: 46, top: 44, bottom: 22 };

export function readColours(element: Element): CurveColours {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  return {
    line: token("--brand"),
    crashed: token("--down"),
    grid: token("--line"),
    text: token("--ink-2"),
    font: `600 11px ${style.fontFamily}`,
  };
}

/** Makes the canvas as sharp as the screen and gives its context, scaled to CSS pixels. */
export function sizedContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D | null {
  const ratio = Math.min(devicePixelRatio, 2);
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

export function drawCurve(context: CanvasRenderingContext2D, width: number, height: number, view: CurveView | null): void {
  context.clearRect(0, 0, width, height);
  if (view === null) return;
  const spanMs = Math.max(SPAN_MS_MIN, view.elapsedMs * 1.08);
  const now = multiplierAt(view.elapsedMs, view.rateMillionthsPerMs) / 100;
  const top = Math.max(TOP_MIN, 1 + (now - 1) * 1.25);
  const x = (ms: number): number => PADDING.left + (ms / spanMs) * (width - PADDING.left - PADDING.right);
  const y = (value: number): number => height - PADDING.bottom - ((value - 1) / (top - 1)) * (height - PADDING.top - PADDING.bottom);
  drawGrid(context, width, top, y, view.colours);
  const colour = view.hasCrashed ? view.colours.crashed : view.colours.line;
  const path = new Path2D();
  for (let step = 0; step <= STEPS; step += 1) {
    const ms = (view.elapsedMs * step) / STEPS;
    // Smooth on purpose: the floor to hundredths is for the number, the line would show it as stairs.
    path.lineTo(x(ms), y(Math.exp((view.rateMillionthsPerMs * ms) / 1e6)));
  }
  const area = new Path2D(path);
  area.lineTo(x(view.elapsedMs), y(1));
  area.lineTo(x(0), y(1));
  const fill = context.createLinearGradient(0, y(now), 0, y(1));
  fill.addColorStop(0, colour);
  fill.addColorStop(1, "transparent");
  context.globalAlpha = 0.22;
  context.fillStyle = fill;
  context.fill(area);
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 4;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.stroke(path);
  drawHead(context, x(view.elapsedMs), y(Math.exp((view.rateMillionthsPerMs * view.elapsedMs) / 1e6)), colour, view.hasCrashed);
}

function drawGrid(
  context: CanvasRenderingContext2D,
  width: number,
  top: number,
  y: (value: number) => number,
  colours: CurveColours,
): void {
  const step = niceStep((top - 1) / 4);
  context.font = colours.font;
  context.textBaseline = "middle";
  context.lineWidth = 1;
  for (let value = 1; value <= top; value += step) {
    context.strokeStyle = colours.grid;
    context.beginPath();
    context.moveTo(PADDING.left, y(value));
    context.lineTo(width - PADDING.right, y(value));
    context.stroke();
    context.fillStyle = colours.text;
    context.fillText(`${value.toFixed(step < 1 ? 1 : 0)}x`, width - PADDING.right + 8, y(value));
  }
}

/** The nearest of 0.2, 0.5, 1, 2, 5, 10, 20 ... above. */
function niceStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const digit = [1, 2, 5, 10].find((candidate) => candidate * power >= raw) ?? 10;
  return digit * power;
}

function drawHead(context: CanvasRenderingContext2D, x: number, y: number, colour: string, hasCrashed: boolean): void {
  context.fillStyle = colour;
  if (hasCrashed) {
    context.strokeStyle = colour;
    for (let ray = 0; ray < 8; ray += 1) {
      const angle = (Math.PI * ray) / 4;
      context.beginPath();
      context.moveTo(x + Math.cos(angle) * 6, y + Math.sin(angle) * 6);
      context.lineTo(x + Math.cos(angle) * 13, y + Math.sin(angle) * 13);
      context.stroke();
    }
    return;
  }
  context.globalAlpha = 0.25;
  context.beginPath();
  context.arc(x, y, 13, 0, Math.PI * 2);
  context.fill();
  context.globalAlpha = 1;
  context.beginPath();
  context.arc(x, y, 6.5, 0, Math.PI * 2);
  context.fill();
}
