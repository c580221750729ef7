/** STAND-IN: parts whose owners have not delivered yet. Each goes as soon as the real one is there. */
import type { Alerts, Metrics } from "./services.js";

/** STAND-IN for src/app/metrics: counts, and renders nothing but what was counted. */
export function createStandInMetrics(): Metrics {
  const values = new Map<string, number>();
  const nameOf = (name: string, labels: Readonly<Record<string, string>> = {}): string => {
    const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    return pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`;
  };
  const add = (key: string, by: number): void => void values.set(key, (values.get(key) ?? 0) + by);
  return {
    contentType: "text/plain; version=0.0.4; charset=utf-8",
    count: (name, labels, by = 1) => add(nameOf(name, labels), by),
    observe(name, value, labels) {
      add(nameOf(`${name}_count`, labels), 1);
      add(nameOf(`${name}_sum`, labels), value);
    },
    set: (name, value, labels) => void values.set(nameOf(name, labels), value),
    render: async () => [...values].map(([key, value]) => `${key} ${value}\n`).join(""),
  };
}

/** STAND-IN for src/app/alerts: tells nobody. */
export function createStandInAlerts(): Alerts {
  return { send: async () => {}, close: async () => {} };
}
