/** Times as people say them, and as cron writes them. What is said otherwise stays cron. */
export type Times =
  | { kind: 'minutes'; every: number }
  | { kind: 'hourly'; minute: number }
  | { kind: 'daily'; at: string }
  | { kind: 'weekly'; at: string; days: number[] }
  | { kind: 'monthly'; at: string; day: number }
  | { kind: 'cron'; cron: string };

const DAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const two = (value: number) => String(value).padStart(2, '0');
const number = (text: string | undefined, most: number) =>
  text !== undefined && /^\d+$/.test(text) && Number(text) <= most ? Number(text) : undefined;

/** Days of the week, 0 for Sunday; `undefined` where the field says something else. */
function readDays(text: string): number[] | undefined {
  const days = new Set<number>();
  for (const part of text.toLowerCase().split(',')) {
    const ends = part.split('-').map((end) => {
      const named = DAY_NAMES.indexOf(end);
      return named >= 0 ? named : number(end, 7);
    });
    const [from, to = from] = ends;
    if (ends.length > 2 || from === undefined || to === undefined || from > to) return undefined;
    for (let day = from; day <= to; day++) days.add(day % 7);
  }
  return [...days].sort((a, b) => a - b);
}

export function readCron(cron: string): Times {
  const other: Times = { kind: 'cron', cron };
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5) return other;
  const [minuteText, hourText, dayText, month, weekText] = fields as [string, string, string, string, string];
  if (month !== '*') return other;
  const anyDay = dayText === '*' && weekText === '*';
  const step = /^\*\/(\d+)$/.exec(minuteText);
  if (step && hourText === '*' && anyDay) {
    const every = Number(step[1]);
    return every > 0 && 60 % every === 0 ? { kind: 'minutes', every } : other;
  }
  const minute = number(minuteText, 59);
  if (minute === undefined) return other;
  if (hourText === '*' && anyDay) return { kind: 'hourly', minute };
  const hour = number(hourText, 23);
  if (hour === undefined) return other;
  const at = `${two(hour)}:${two(minute)}`;
  if (anyDay) return { kind: 'daily', at };
  if (dayText === '*') {
    const days = readDays(weekText);
    return days ? { kind: 'weekly', at, days } : other;
  }
  const day = number(dayText, 31);
  return weekText === '*' && day ? { kind: 'monthly', at, day } : other;
}

export function writeCron(times: Times): string {
  if (times.kind === 'cron') return times.cron;
  if (times.kind === 'minutes') return `*/${times.every} * * * *`;
  if (times.kind === 'hourly') return `${times.minute} * * * *`;
  const [hour = '0', minute = '0'] = times.at.split(':');
  const clock = `${Number(minute)} ${Number(hour)}`;
  if (times.kind === 'daily') return `${clock} * * *`;
  if (times.kind === 'monthly') return `${clock} ${times.day} * *`;
  return `${clock} * * ${writeDays(times.days)}`;
}

function writeDays(days: number[]): string {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  if (sorted.length === 0) return '*';
  const [first, last] = [sorted[0] as number, sorted.at(-1) as number];
  const isRun = sorted.length > 2 && last - first === sorted.length - 1;
  return isRun ? `${first}-${last}` : sorted.join(',');
}
