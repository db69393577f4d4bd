// When to look again: a second, or what else is told, after the last answer, later where it took long to come, later and later while there is none, and not at all while nobody looks.

const pause = 1_000;
const longest = 10_000;

// Where many calls are held a look is work for the service: of its time this one takes a tenth, or more where a look takes longer than a second. Figures that are
// older than these ten seconds would help nobody.
const share = 10;

/** Runs a look again and again. It is told how many looks have failed before, and says whether this one was answered. */
export class Beat {
  #look;
  #failures = 0;
  #timer = null;
  #looking = false;
  #again = false;
  #stopped = false;
  #took = 0;
  #pauseBetween;

  /** The pause from one answer to the next look is in milliseconds. */
  constructor(look, pauseBetween = pause) {
    this.#look = look;
    this.#pauseBetween = pauseBetween;
    document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(this.#timer) : this.now()));
  }

  /** How long until the next look after so many that failed, in milliseconds. */
  static pauseAfter(failures) {
    return Math.min(longest, pause * 2 ** failures);
  }

  /** Looks at once, or again at once where a look is under way. */
  async now() {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    if (this.#looking) {
      this.#again = true;
      return;
    }

    this.#looking = true;
    do {
      this.#again = false;
      const began = performance.now();
      this.#failures = (await this.#look(this.#failures)) ? 0 : this.#failures + 1;
      this.#took = performance.now() - began;
    } while (this.#again && !this.#stopped);
    this.#looking = false;
    if (!this.#stopped && !document.hidden) this.#timer = setTimeout(() => this.now(), this.#pause());
  }

  #pause() {
    return this.#failures ? Beat.pauseAfter(this.#failures) : Math.max(this.#pauseBetween, Math.min(longest, this.#took * share));
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
