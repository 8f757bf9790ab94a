package dev.weft.fabric.pairing;

import java.util.List;

/**
 * Events that belong together and go on as one.
 *
 * @param events at most one per input, in the order the inputs are declared; never empty
 * @param absent inputs whose event did not come in time, in the order they are declared
 */
record Group<T>(List<TimedEvent<T>> events, List<String> absent) {

  Group {
    events = List.copyOf(events);
    absent = List.copyOf(absent);
  }
}
