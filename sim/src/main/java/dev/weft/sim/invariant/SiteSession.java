package dev.weft.sim.invariant;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * What its only client knows of a session whose feeder changes behind the client's back: how it may
 * stand, and how it stood before. Immutable.
 *
 * @param possible at least one; more than one if an answer got lost with its epoch
 * @param past what was acknowledged before
 */
public record SiteSession(List<SessionModel> possible, Set<Effects> past) {

  /** What must be kept of a session whatever process feeds it. */
  record Effects(long frames, SortedMap<Long, Long> blocks, long lastBlock, long spent) {
    static Effects of(SessionModel model) {
      return new Effects(model.frames(), model.blocks(), model.lastBlock(), model.spent());
    }
  }

  public SiteSession {
    possible = List.copyOf(possible);
    past = Set.copyOf(past);
  }

  public static SiteSession none() {
    return of(SessionModel.none());
  }

  public static SiteSession of(SessionModel model) {
    return new SiteSession(List.of(model), Set.of());
  }

  /** One of those it may be. */
  public SessionModel model() {
    return possible.getFirst();
  }

  /** When a step may have been taken before the epoch was over in which it was asked. */
  public SiteSession orAfter(SessionStep step) {
    var more = new ArrayList<>(possible);
    more.add(model().after(step));
    return new SiteSession(more, past);
  }

  /**
   * After an answer.
   *
   * @param there what the answer has
   * @return empty if that is nothing it may be, with the step taken
   */
  public Optional<SiteSession> answered(Optional<SessionStep> step, SessionModel there) {
    return possible.stream()
        .map(model -> step.map(model::after).orElse(model))
        .filter(model -> fits(model, there))
        .findFirst()
        .map(
            _ -> {
              var before = new HashSet<>(past);
              possible.forEach(model -> before.add(Effects.of(model)));
              return new SiteSession(List.of(there), before);
            });
  }

  /** In an epoch of its own everything but the frames' numbers is as before. */
  private static boolean fits(SessionModel model, SessionModel there) {
    return model.equals(there)
        || model.epoch() != there.epoch() && Effects.of(model).equals(Effects.of(there));
  }

  /** Whether it stood so once. */
  public boolean wasOnce(SessionModel there) {
    return past.contains(Effects.of(there));
  }
}
