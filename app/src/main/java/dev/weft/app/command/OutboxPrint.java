package dev.weft.app.command;

import dev.weft.app.console.Amount;
import dev.weft.persistence.outbox.Backlog;
import dev.weft.persistence.outbox.Cursors;
import dev.weft.persistence.outbox.OutboxStatus;
import dev.weft.persistence.outbox.OutboxStatus.Doing;
import dev.weft.persistence.outbox.StatusNotes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is told of one sink of an edge buffer.
 *
 * @param note what its outbox said of itself last
 * @param holder the process that has the buffer open
 */
record OutboxPrint(
    Cursors.Position position,
    Optional<StatusNotes.Note> note,
    Backlog backlog,
    Optional<Long> holder) {

  /** For a person: the sink, what it does, what failed, and a line for each class that waits. */
  List<String> lines(Instant now) {
    var lines = new ArrayList<String>();
    lines.add(
        "%s: acknowledged through %d of %s"
            .formatted(
                position.sink(), position.acknowledged(), position.source().orElse("a source")));
    lines.add(
        "  buffer       "
            + holder.map(pid -> "open in process " + pid).orElse("open in no process"));
    note.ifPresent(told -> lines.addAll(lines(told, now)));
    if (backlog.classes().isEmpty()) {
      lines.add("  waits        nothing");
    }
    backlog
        .classes()
        .forEach((name, amount) -> lines.add("  waits        " + line(name, amount, now)));
    return lines;
  }

  private List<String> lines(StatusNotes.Note told, Instant now) {
    var status = told.status();
    var lines = new ArrayList<String>();
    lines.add(
        "  outbox       %s%s, as of %s"
            .formatted(
                words(status.doing()),
                status.nextAttempt().map(time -> ", next attempt " + time).orElse(""),
                told.at()));
    if (status.deferred() > 0) {
      lines.add(
          "  caught up    %s of those that were deferred"
              .formatted(Amount.count(status.deferred(), "record")));
    }
    status
        .lastFailure()
        .ifPresent(
            failure ->
                lines.add(
                    "  last failure %s, %s ago: %s"
                        .formatted(failure.at(), age(failure.at(), now), failure.why())));
    return lines;
  }

  private static String line(String name, Backlog.Amount amount, Instant now) {
    return "class %s: %s, %s%s%s"
        .formatted(
            name,
            Amount.count(amount.records(), "record"),
            Amount.bytes(amount.bytes()),
            amount.deferred() > 0 ? ", %d of them deferred".formatted(amount.deferred()) : "",
            amount
                .oldest()
                .map(time -> ", the oldest for %s, since %s".formatted(age(time, now), time))
                .orElse(""));
  }

  /** Whole seconds, minutes and hours, as {@code 1h 2m 3s}. */
  private static String age(Instant since, Instant now) {
    var age = Duration.between(since, now);
    var whole = Duration.ofSeconds(Math.max(0, age.toSeconds())).toString().substring(2);
    return whole.replaceAll("([HM])(?=\\d)", "$1 ").toLowerCase(java.util.Locale.ROOT);
  }

  private static String words(Doing doing) {
    return switch (doing) {
      case IDLE -> "idle";
      case FILLING -> "filling a batch";
      case SENDING -> "sending";
      case WAITING_TO_RETRY -> "waiting to try again";
      case OUTSIDE_WINDOW -> "outside its hours";
      case CAPPED -> "held by its cap of bytes per second";
      case CLOSED -> "closed";
    };
  }

  /** As an object for {@code --json}. */
  Map<String, Object> object(Instant now) {
    var object = new LinkedHashMap<String, Object>();
    object.put("sink", position.sink());
    position.source().ifPresent(source -> object.put("source", source));
    object.put("acknowledged", position.acknowledged());
    holder.ifPresent(pid -> object.put("process", pid));
    note.ifPresent(told -> put(object, told.status(), told.at()));
    var all = backlog.all();
    object.put("pendingRecords", all.records());
    object.put("pendingBytes", all.bytes());
    object.put("pendingDeferred", all.deferred());
    all.oldest()
        .ifPresent(
            time -> {
              object.put("oldestPending", time.toString());
              object.put("oldestAgeSeconds", Duration.between(time, now).toSeconds());
            });
    var classes = new LinkedHashMap<String, Object>();
    backlog.classes().forEach((name, amount) -> classes.put(name, object(amount)));
    object.put("classes", classes);
    return object;
  }

  private static void put(Map<String, Object> object, OutboxStatus status, Instant at) {
    object.put("doing", status.doing().name());
    object.put("asOf", at.toString());
    object.put("failures", status.failures());
    object.put("sentBatches", status.sent());
    object.put("sentBytes", status.bytes());
    object.put("caughtUp", status.deferred());
    status.nextAttempt().ifPresent(time -> object.put("nextAttempt", time.toString()));
    status
        .lastFailure()
        .ifPresent(
            failure -> {
              object.put("lastFailure", failure.why());
              object.put("lastFailureAt", failure.at().toString());
            });
  }

  private static Map<String, Object> object(Backlog.Amount amount) {
    var object = new LinkedHashMap<String, Object>();
    object.put("records", amount.records());
    object.put("bytes", amount.bytes());
    object.put("deferred", amount.deferred());
    amount.oldest().ifPresent(time -> object.put("oldest", time.toString()));
    return object;
  }
}
