package dev.weft.sim.world;

import akka.dispatch.Mailbox;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The names of what one life of a machine runs, as long as it may run again. */
final class StepNames {

  /** Akka counts these names per process, so they differ between two worlds in one. */
  private static final Pattern COUNTED = Pattern.compile("-\\d+(?=/|$)");

  private final Map<Mailbox, StepName> known = new IdentityHashMap<>();

  StepName of(Runnable work) {
    return work instanceof Mailbox mailbox && mailbox.actor() != null
        ? known.computeIfAbsent(mailbox, StepNames::made)
        : StepName.TASK;
  }

  private static StepName made(Mailbox mailbox) {
    var path = mailbox.actor().self().path().toStringWithoutAddress();
    return new StepName(COUNTED.matcher(path).replaceAll(""));
  }

  /** After {@code work} ran: an actor that has ended is forgotten. */
  void ran(Runnable work) {
    if (work instanceof Mailbox mailbox && mailbox.isClosed()) {
      known.remove(mailbox);
    }
  }

  void clear() {
    known.clear();
  }
}
