package dev.weft.fabric.replay;

import dev.weft.fabric.session.SessionHistory;
import dev.weft.fabric.trace.TraceRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Holds the digest of a session's state, in each mark of a trace, against the states that the
 * session's events lead to. Takes the records of a trace in any order; not threadsafe.
 */
public final class StateCheck {

  /** Sessions whose states are kept; those that were looked at longest ago are rebuilt. */
  private static final int SESSIONS_MAX = 100;

  private static final int TOLD_MAX = 1000;

  /**
   * What was found.
   *
   * @param met marks whose state is one that the events lead to
   * @param unknown marks of places that the journal has nothing of, or not any more
   * @param notMet in words, the first {@value #TOLD_MAX} of those with another state
   */
  public record Report(long met, long unknown, List<String> notMet) {

    public Report {
      notMet = List.copyOf(notMet);
    }
  }

  private final Function<String, SessionHistory> histories;
  private final Map<String, SessionHistory> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SessionHistory> eldest) {
          return size() > SESSIONS_MAX;
        }
      };
  private final List<String> notMet = new ArrayList<>();
  private long met;
  private long unknown;

  /**
   * @param histories what a journal has of a session
   */
  public StateCheck(Function<String, SessionHistory> histories) {
    this.histories = histories;
  }

  /** Takes a record; all but marks say nothing of state. */
  public void accept(TraceRecord record) {
    if (!(record instanceof TraceRecord.Checkpoint mark)) {
      return;
    }
    var history = known.computeIfAbsent(mark.session(), histories);
    if (!history.knows(mark.epoch(), mark.through())) {
      unknown++;
    } else if (history.has(mark.epoch(), mark.through(), mark.state())) {
      met++;
    } else if (notMet.size() < TOLD_MAX) {
      notMet.add(
          "session '%s', epoch %d, frame %d: state %s (expected: one that its events lead to)"
              .formatted(mark.session(), mark.epoch(), mark.through(), mark.state()));
    }
  }

  /** What the marks showed so far. */
  public Report report() {
    return new Report(met, unknown, notMet);
  }
}
