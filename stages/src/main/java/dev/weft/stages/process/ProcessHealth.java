package dev.weft.stages.process;

import java.util.List;
import java.util.Optional;

/**
 * How a stage's processes fare.
 *
 * @param processes ids of those that live
 * @param standbyReady whether one stands ready to take over
 * @param ends processes that ended since the stage was made, whatever the cause
 * @param lostRuns runs that failed because a process ended under them
 * @param lastEnd how the last one ended, such as {@code ended with signal 11 (SIGSEGV) at ...}
 * @param refusing whether runs are refused, because too many processes ended
 */
public record ProcessHealth(
    List<Long> processes,
    boolean standbyReady,
    long ends,
    long lostRuns,
    Optional<String> lastEnd,
    boolean refusing) {

  public ProcessHealth {
    processes = List.copyOf(processes);
  }
}
