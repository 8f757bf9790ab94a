package dev.weft.supervisor.evidence;

import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.RolloutEvent;
import dev.weft.supervisor.rollout.RolloutState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Something that evidence is kept of, as it was told. */
sealed interface Told {

  /** Name of the first file it is kept in, without the ending. */
  String name();

  /** When it was. */
  Instant at();

  /** The rollout it is of. */
  default Optional<Course> of() {
    return Optional.empty();
  }

  /** Entries that are missing if it does not get any further. */
  default long entries() {
    return 1;
  }

  /**
   * Events of a rollout.
   *
   * @param events at least one
   */
  record Happened(Course course, List<RolloutEvent> events, RolloutState after) implements Told {
    @Override
    public String name() {
      return EvidenceFiles.name(course);
    }

    @Override
    public Optional<Course> of() {
      return Optional.of(course);
    }

    @Override
    public Instant at() {
      return events.getLast().at();
    }

    @Override
    public long entries() {
      return events.size();
    }
  }

  /** The figures of a look at the evidence. */
  record Stands(Course course, RolloutState state, Judgement judgement, Instant at)
      implements Told {
    @Override
    public String name() {
      return EvidenceFiles.name(course);
    }

    @Override
    public Optional<Course> of() {
      return Optional.of(course);
    }
  }

  /** Something of no rollout. */
  record Note(String name, Instant at, String kind, Map<String, Object> body) implements Told {}
}
