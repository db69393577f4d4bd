// Numbers and times as people read them; the exact value goes into the title.

const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const fine = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

export const count = number => whole.format(number);
export const rate = number => (number === null ? '–' : number >= 100 ? whole.format(Math.round(number)) : short.format(number));
export const milliseconds = number => (number >= 1000 ? whole.format(Math.round(number)) : fine.format(number));
export const clockNow = () => clock.format(new Date());

/** A length of time in seconds, short ones to a tenth. */
export function duration(seconds) {
  if (!(seconds > 0)) return '0 s';
  if (seconds < 10 && !Number.isInteger(seconds)) return `${short.format(seconds)} s`;
  const [total, pad] = [Math.floor(seconds), number => String(number).padStart(2, '0')];
  if (total < 60) return `${total} s`;
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor(total / 60) % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(total % 60)}` : `${minutes}:${pad(total % 60)}`;
}

/** How long a moment is ago; clocks may differ a little. */
export const since = moment => duration(Math.max(0, Math.floor((Date.now() - Date.parse(moment)) / 1000)));

/** A moment in local time: of today its clock, else its day as well. */
export function time(moment) {
  const when = new Date(moment);
  const shown = document.createElement('time');
  shown.dateTime = moment;
  shown.title = moment;
  shown.textContent = Number.isNaN(when.getTime()) ? String(moment) : when.toDateString() === new Date().toDateString() ? clock.format(when) : day.format(when);
  return shown;
}
