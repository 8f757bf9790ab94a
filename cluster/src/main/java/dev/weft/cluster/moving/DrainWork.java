package dev.weft.cluster.moving;

import dev.weft.fabric.session.StoredSessions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;

/**
 * How far the draining of a site is: it looks through all its sessions, page by page, again and
 * again, as new ones may come. Of one actor.
 */
final class DrainWork {

  /** What is to be done with a session. */
  record Task(String session, String tenant, boolean isToBeMended) {}

  private final MoveSettings settings;
  private final Queue<Task> tasks = new ArrayDeque<>();
  private final Map<String, Task> underWay = new HashMap<>();
  private final Map<String, String> failing = new TreeMap<>();
  private Optional<Reasons> staying = Optional.empty();
  private Reasons stayingSoFar = new Reasons();
  private Optional<String> next = Optional.of("");
  private Instant notBefore = Instant.MIN;
  private boolean isReading;
  private int tasksInPass;
  private int movedInPass;
  private boolean isDone;

  DrainWork(MoveSettings settings) {
    this.settings = settings;
  }

  /** Whether a page of sessions is to be read now; then it is being read. */
  Optional<String> toRead(Instant now) {
    if (isReading || !tasks.isEmpty() || now.isBefore(notBefore)) {
      return Optional.empty();
    }
    isReading = next.isPresent();
    return next;
  }

  /** A page could not be read; it is tried again. */
  void unread(Instant now) {
    isReading = false;
    notBefore = now.plus(settings.drain().lookAgainAfter());
  }

  /** A page was read. */
  void read(StoredSessions.Page page, Situation situation, SiteSight to) {
    isReading = false;
    for (var stored : page.sessions()) {
      if (!underWay.containsKey(stored.session())) {
        take(stored, DrainRule.step(situation, to, stored.state()));
      }
    }
    page.unreadable()
        .forEach(session -> stayingSoFar.add(session, "the journal cannot say what it is"));
    next = page.next();
  }

  private void take(StoredSessions.Stored stored, DrainRule.Step step) {
    switch (step) {
      case DrainRule.Step.Go _ -> add(stored, false);
      case DrainRule.Step.Mend _ -> add(stored, true);
      case DrainRule.Step.Stay(var why) -> stayingSoFar.add(stored.session(), why);
      case DrainRule.Step.None _ -> {}
    }
  }

  private void add(StoredSessions.Stored stored, boolean isToBeMended) {
    // One that did not go, as another move of it was begun by somebody who is gone, is freed first.
    var isMended = isToBeMended || failing.containsKey(stored.session());
    tasks.add(new Task(stored.session(), stored.state().tenant(), isMended));
    tasksInPass++;
  }

  /** What is to be begun now; then it is under way. */
  List<Task> toBegin() {
    var begun = new ArrayList<Task>();
    while (underWay.size() < settings.drain().underWayMax() && !tasks.isEmpty()) {
      var task = tasks.remove();
      if (underWay.putIfAbsent(task.session(), task) == null) {
        begun.add(task);
      }
    }
    return begun;
  }

  /** Something has come to its end. */
  void ended(String session, Outcome outcome) {
    underWay.remove(session);
    if (outcome.kind() == Outcome.Kind.MOVED) {
      movedInPass++;
    }
    if (outcome.kind() != Outcome.Kind.FAILED) {
      failing.remove(session);
    } else if (failing.containsKey(session) || failing.size() < Reasons.NAMED_MAX) {
      failing.put(session, outcome.why());
    }
  }

  /** Ends a look through all sessions, if it has come to its end. */
  void endPass(Instant now) {
    if (next.isPresent() || isReading || !tasks.isEmpty() || !underWay.isEmpty()) {
      return;
    }
    isDone = tasksInPass == 0;
    if (isDone) {
      failing.clear();
    }
    staying = Optional.of(stayingSoFar);
    stayingSoFar = new Reasons();
    tasksInPass = 0;
    next = Optional.of("");
    // Else what can neither go nor be mended would have all be read again at once, for ever.
    notBefore = now.plus(movedInPass == 0 || !failing.isEmpty() ? pause() : Duration.ZERO);
    movedInPass = 0;
  }

  private Duration pause() {
    return settings.drain().lookAgainAfter();
  }

  /** Whether the last look through all found none that is to go. */
  boolean isDone() {
    return isDone && tasks.isEmpty() && underWay.isEmpty();
  }

  int underWay() {
    return underWay.size();
  }

  boolean isUnderWay(String session) {
    return underWay.containsKey(session);
  }

  int waiting() {
    return tasks.size();
  }

  /** Sessions that may not go, as the last look through all found them, or the first one so far. */
  Reasons staying() {
    return staying.orElse(stayingSoFar);
  }

  /** Sessions that did not go, and why; they are tried again. */
  Map<String, String> failing() {
    return Map.copyOf(failing);
  }
}
