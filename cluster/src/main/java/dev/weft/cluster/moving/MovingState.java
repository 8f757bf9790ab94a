package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is kept of sessions that move, by a node or by who drains a site. Immutable.
 *
 * @param drain empty unless the site is drained
 * @param away sessions that are elsewhere for a reason that passes, by name
 */
record MovingState(Optional<DrainOrder> drain, Map<String, Away> away) {

  private static final MovingState NONE = new MovingState(Optional.empty(), Map.of());

  MovingState {
    away = Map.copyOf(away);
  }

  static MovingState none() {
    return NONE;
  }

  /** The state after {@code event}. */
  MovingState on(MovingEvent event) {
    return switch (event) {
      case MovingEvent.DrainOrdered(var to, var at) ->
          new MovingState(Optional.of(new DrainOrder(to, at)), away);
      case MovingEvent.DrainUndone _ -> new MovingState(Optional.empty(), away);
      case MovingEvent.WentAway(var gone) -> {
        var next = new HashMap<>(away);
        next.put(gone.session(), gone);
        yield new MovingState(drain, next);
      }
      case MovingEvent.AwayEnded(var session) -> {
        var next = new HashMap<>(away);
        next.remove(session);
        yield new MovingState(drain, next);
      }
    };
  }

  /** Somebody wants the site drained; that it is so already changes nothing. */
  List<MovingEvent> order(SiteName to, Instant now) {
    return drain.filter(order -> order.to().equals(to)).isPresent()
        ? List.of()
        : List.of(new MovingEvent.DrainOrdered(to, now));
  }

  /** Somebody wants it to have sessions again. */
  List<MovingEvent> undo(Instant now) {
    return drain.isEmpty() ? List.of() : List.of(new MovingEvent.DrainUndone(now));
  }

  /**
   * Something is to be noted; what is known already, or finds no room, is not.
   *
   * @param awayMax most sessions of which it is known that they are away
   */
  List<MovingEvent> note(List<MovingEvent> events, int awayMax) {
    var kept = new ArrayList<MovingEvent>();
    var known = new HashSet<>(away.keySet());
    for (var event : events) {
      var isNews =
          switch (event) {
            case MovingEvent.WentAway(var gone) ->
                !gone.equals(away.get(gone.session()))
                    && (known.contains(gone.session()) || known.size() < awayMax);
            case MovingEvent.AwayEnded(var session) -> known.remove(session);
            case MovingEvent.DrainOrdered _, MovingEvent.DrainUndone _ -> true;
          };
      if (isNews) {
        kept.add(event);
        if (event instanceof MovingEvent.WentAway(var gone)) {
          known.add(gone.session());
        }
      }
    }
    return kept;
  }
}
