package dev.weft.persistence.outbox;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.outbox.v1.Status;
import dev.weft.persistence.outbox.OutboxStatus.Doing;
import dev.weft.persistence.outbox.OutboxStatus.Failure;
import java.time.Instant;
import java.util.Optional;

/** Notes of an outbox to bytes and back. */
final class StatusCodec {

  private static final int WHY_CHARS_MAX = 1_000;

  private StatusCodec() {}

  static byte[] encode(StatusNotes.Note note) {
    var status = note.status();
    var message =
        Status.newBuilder()
            .setSink(status.sink())
            .setSource(status.source())
            .setDoing(Status.Doing.valueOf(status.doing().name()))
            .setAcknowledged(status.acknowledged())
            .setSent(status.sent())
            .setBytes(status.bytes())
            .setDeferred(status.deferred())
            .setFailures(status.failures())
            .setAtUnixMillis(note.at().toEpochMilli());
    status
        .lastFailure()
        .ifPresent(
            failure ->
                message
                    .setFailedAtUnixMillis(failure.at().toEpochMilli())
                    .setFailure(cut(failure.why())));
    status.nextAttempt().ifPresent(time -> message.setNextUnixMillis(time.toEpochMilli()));
    return message.build().toByteArray();
  }

  private static String cut(String why) {
    return why.substring(0, Math.min(why.length(), WHY_CHARS_MAX));
  }

  /** Empty if a newer Weft wrote it in a way that is not understood. */
  static Optional<StatusNotes.Note> decode(byte[] bytes) {
    try {
      var message = Status.parseFrom(bytes);
      var status =
          new OutboxStatus(
              message.getSink(),
              message.getSource(),
              Doing.valueOf(message.getDoing().name()),
              message.getAcknowledged(),
              message.getSent(),
              message.getBytes(),
              message.getDeferred(),
              message.getFailures(),
              message.hasFailedAtUnixMillis()
                  ? Optional.of(
                      new Failure(
                          Instant.ofEpochMilli(message.getFailedAtUnixMillis()),
                          message.getFailure()))
                  : Optional.empty(),
              message.hasNextUnixMillis()
                  ? Optional.of(Instant.ofEpochMilli(message.getNextUnixMillis()))
                  : Optional.empty());
      return Optional.of(
          new StatusNotes.Note(status, Instant.ofEpochMilli(message.getAtUnixMillis())));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
