import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where a panel lies, in Grafana's units: 24 columns, and rows of 38 pixels. */
export interface GridPlace {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A bound from which on a value has a color; the first has none. */
export interface Step {
  color: string;
  value: number | null;
}

/** One query of a panel. */
export interface Target {
  expr: string;
  legendFormat: string;
}

/** A part of a dashboard, as far as it is drawn here. */
export interface Panel {
  type: 'row' | 'timeseries' | 'stat' | 'bargauge';
  title: string;
  description?: string;
  gridPos: GridPlace;
  targets?: Target[];
  fieldConfig?: {
    defaults: {
      unit: string;
      decimals?: number;
      min?: number;
      max?: number;
      thresholds?: { steps: Step[] };
      custom?: {
        fillOpacity?: number;
        stacking?: { mode: string };
        thresholdsStyle?: { mode: string };
      };
    };
    overrides?: {
      matcher: { id: string; options: string };
      properties: { id: string; value: { fixedColor?: string } }[];
    }[];
  };
  options?: { colorMode?: string };
}

/** The color that a panel gives to the line of a name, where it gives one. */
export function colorNamed({ fieldConfig }: Panel, name: string): string | undefined {
  const override = fieldConfig?.overrides?.find(({ matcher }) => matcher.options === name);
  return override?.properties.find(({ id }) => id === 'color')?.value.fixedColor;
}

/** A dashboard as Grafana keeps it. */
export interface Dashboard {
  /** The name of its file, which is the name of its page. */
  name: string;
  title: string;
  description: string;
  panels: Panel[];
}

/** Which come first; others follow by name. */
const ORDER = ['overview', 'payments', 'delivery', 'settlement', 'fx', 'runtime'];

/** The dashboards of a folder, which Grafana shows as well. */
export function dashboardsIn(folder: string): Dashboard[] {
  const names = readdirSync(resolve(folder)).filter((file) => file.endsWith('.json'));
  const placeOf = ({ name }: Dashboard) =>
    (ORDER.indexOf(name) + ORDER.length + 1) % (ORDER.length + 1);
  return names
    .map((file) => ({
      ...JSON.parse(readFileSync(join(folder, file), 'utf8')),
      name: file.replace(/\.json$/, ''),
    }))
    .sort((a: Dashboard, b: Dashboard) => placeOf(a) - placeOf(b));
}
