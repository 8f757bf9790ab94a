package dev.weft.sim.invariant;

import dev.weft.sim.invariant.SessionStep.RecordFrames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What its only client knows of a session whose feeder changes behind the client's back. Every
 * answer tells how the session once stood in its journal, but only that of a write how it stands:
 * another process may be further. Immutable.
 *
 * @param model as it stands, as far as the client was told
 * @param doubts that were refused by a process of another epoch; before its epoch is over each may
 *     have been taken by the process whose epoch it is, but only one of them
 * @param past how it stood before
 */
public record SiteSession(SessionModel model, List<RecordFrames> doubts, Set<SessionModel> past) {

  private static final int DOUBTS_MAX = 8;

  public SiteSession {
    if (doubts.size() > DOUBTS_MAX) {
      throw new IllegalArgumentException(
          "doubts: %d (expected: <= %d)".formatted(doubts.size(), DOUBTS_MAX));
    }
    doubts = List.copyOf(doubts);
    past = Set.copyOf(past);
    for (var doubt : doubts) {
      if (!isNextOf(model, doubt)) {
        throw new IllegalArgumentException(
            "doubts: %s (expected: to follow on %s)".formatted(doubt, model));
      }
    }
  }

  public static SiteSession none() {
    return of(SessionModel.none());
  }

  public static SiteSession of(SessionModel model) {
    return new SiteSession(model, List.of(), Set.of());
  }

  /** How it may stand now, but for its epoch. */
  public List<SessionModel> possible() {
    return Stream.concat(Stream.of(model), doubts.stream().map(model::after)).toList();
  }

  /** Whether there must be no more doubts, before an answer ends some. */
  public boolean isFull() {
    return doubts.size() == DOUBTS_MAX;
  }

  /** When frames that follow on those known were refused, which says nothing of who has them. */
  public SiteSession orAfter(RecordFrames step) {
    var more = new ArrayList<>(doubts);
    more.add(step);
    return new SiteSession(model, more, past);
  }

  /**
   * After an answer.
   *
   * @param there what the answer has
   * @return empty if that is nothing it may be, with the step taken
   */
  public Optional<SiteSession> answered(Optional<SessionStep> step, SessionModel there) {
    return possible().stream()
        .filter(before -> step.stream().allMatch(it -> takes(before, it)))
        .filter(before -> isOrInNewEpoch(step.map(before::after).orElse(before), there))
        .findFirst()
        .map(before -> told(before, there));
  }

  /** Whether a session that stands so takes a step that its client thought of. */
  private static boolean takes(SessionModel before, SessionStep step) {
    return !(step instanceof RecordFrames frames) || isNextOf(before, frames);
  }

  private static boolean isNextOf(SessionModel model, RecordFrames frames) {
    return frames.epoch() == model.epoch() && frames.from() == model.frame() + 1;
  }

  /** In an epoch that the client did not know of, nobody has recorded frames. */
  private static boolean isOrInNewEpoch(SessionModel model, SessionModel there) {
    return there.equals(model)
        || there.epoch() > model.epoch()
            && there.equals(model.after(new SessionStep.Open(there.epoch())));
  }

  private SiteSession told(SessionModel before, SessionModel there) {
    var known = new HashSet<>(past);
    known.add(model);
    known.add(before);
    var left = doubts.stream().filter(doubt -> isNextOf(there, doubt)).toList();
    return new SiteSession(there, left, known);
  }

  /** Whether it stood so once, before how it stands now. */
  public boolean wasOnce(SessionModel there) {
    return there.epoch() <= model.epoch()
        && past.stream().anyMatch(was -> isOrInNewEpoch(was, there));
  }
}
