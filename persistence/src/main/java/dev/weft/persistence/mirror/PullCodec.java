package dev.weft.persistence.mirror;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.weft.api.mirror.v1.End;
import dev.weft.api.mirror.v1.Group;
import dev.weft.api.mirror.v1.Part;
import dev.weft.api.mirror.v1.Position;
import dev.weft.api.mirror.v1.Refusal;
import dev.weft.api.mirror.v1.Segment;
import dev.weft.persistence.outbox.UploadTags;
import dev.weft.persistence.segment.MirrorGroup;
import dev.weft.persistence.segment.MirrorGroup.BlobPart;
import dev.weft.persistence.segment.MirrorGroup.SegmentPart;
import dev.weft.persistence.segment.MirrorPosition;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What standby and owner say, to bytes and back; {@code weft/mirror/v1/mirror.proto}. */
public final class PullCodec {

  private PullCodec() {}

  public static byte[] encode(Pull pull) {
    return dev.weft.api.mirror.v1.Pull.newBuilder()
        .setSource(pull.source().orElse(""))
        .setPosition(position(pull.position()))
        .setTrouble(pull.trouble().orElse(""))
        .build()
        .toByteArray();
  }

  /**
   * @throws IllegalArgumentException if these are no such bytes
   */
  public static Pull pull(byte[] bytes) {
    try {
      var message = dev.weft.api.mirror.v1.Pull.parseFrom(bytes);
      return new Pull(
          filled(message.getSource()),
          position(message.getPosition()),
          filled(message.getTrouble()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("pull: " + e.getMessage(), e);
    }
  }

  /** What was {@link Pulled.Unanswered} cannot be said. */
  public static byte[] encode(Pulled pulled) {
    var message = dev.weft.api.mirror.v1.Pulled.newBuilder();
    switch (pulled) {
      case Pulled.Next(var terms, var group) -> message.setGroup(group(terms, group));
      case Pulled.Refused(var reason, var detail, var terms) -> {
        var refusal =
            Refusal.newBuilder().setReason(Refusal.Reason.valueOf(reason.name())).setDetail(detail);
        terms.map(PullCodec::terms).ifPresent(refusal::setTerms);
        message.setRefusal(refusal);
      }
      case Pulled.Unanswered(var detail) ->
          throw new IllegalArgumentException("unanswered: %s (expected: said)".formatted(detail));
    }
    return message.build().toByteArray();
  }

  /** What {@code bytes} say; what is not understood is refused. */
  public static Pulled pulled(byte[] bytes) {
    try {
      var message = dev.weft.api.mirror.v1.Pulled.parseFrom(bytes);
      return switch (message.getSaidCase()) {
        case GROUP -> new Pulled.Next(terms(message.getGroup().getTerms()), group(message));
        case REFUSAL -> refused(message.getRefusal());
        case SAID_NOT_SET -> failed("an answer of a newer release");
      };
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      return failed(String.valueOf(e.getMessage()));
    }
  }

  private static Pulled failed(String detail) {
    return new Pulled.Refused(Pulled.Reason.FAILED, detail, Optional.empty());
  }

  private static Pulled refused(Refusal refusal) {
    var reason =
        switch (refusal.getReason()) {
          case NOT_YOURS -> Pulled.Reason.NOT_YOURS;
          case OTHER_SOURCE -> Pulled.Reason.OTHER_SOURCE;
          case DIFFERS -> Pulled.Reason.DIFFERS;
          case FAILED, UNKNOWN, UNRECOGNIZED -> Pulled.Reason.FAILED;
        };
    return new Pulled.Refused(
        reason,
        refusal.getDetail(),
        refusal.hasTerms() ? Optional.of(terms(refusal.getTerms())) : Optional.empty());
  }

  private static Optional<String> filled(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static Position position(MirrorPosition position) {
    var message = Position.newBuilder().setThrough(position.through());
    position
        .ends()
        .forEach(
            (name, end) ->
                message.addEnds(
                    End.newBuilder()
                        .setRetentionClass(name)
                        .setId(end.id())
                        .setLength(end.length())));
    return message.build();
  }

  private static MirrorPosition position(Position message) {
    var ends = new TreeMap<String, MirrorPosition.End>();
    for (var end : message.getEndsList()) {
      ends.put(end.getRetentionClass(), new MirrorPosition.End(end.getId(), end.getLength()));
    }
    return new MirrorPosition(message.getThrough(), ends);
  }

  static byte[] encode(Terms terms) {
    return terms(terms).toByteArray();
  }

  static Terms terms(byte[] bytes) throws InvalidProtocolBufferException {
    return terms(dev.weft.api.mirror.v1.Terms.parseFrom(bytes));
  }

  private static dev.weft.api.mirror.v1.Terms terms(Terms terms) {
    var message = dev.weft.api.mirror.v1.Terms.newBuilder().setSource(terms.source());
    terms
        .upload()
        .ifPresent(
            upload ->
                message
                    .setDestination(upload.destination())
                    .setSink(upload.sink())
                    .addAllClasses(new TreeSet<>(upload.tags().classes()))
                    .addAllPipelines(new TreeSet<>(upload.tags().pipelines())));
    return message.build();
  }

  private static Terms terms(dev.weft.api.mirror.v1.Terms message) {
    return new Terms(
        message.getSource(),
        filled(message.getDestination())
            .map(
                destination ->
                    new Terms.Upload(
                        destination,
                        message.getSink(),
                        new UploadTags(
                            Set.copyOf(message.getClassesList()),
                            Set.copyOf(message.getPipelinesList())))));
  }

  private static Group group(Terms terms, MirrorGroup group) {
    var message =
        Group.newBuilder()
            .setTerms(terms(terms))
            .setFrom(position(group.from()))
            .setThrough(group.through())
            .putAllOldest(group.oldest());
    for (var part : group.parts()) {
      message.addParts(part(part));
    }
    return message.build();
  }

  private static Part.Builder part(MirrorGroup.Part part) {
    ByteString content = UnsafeByteOperations.unsafeWrap(part.bytes());
    return switch (part) {
      case SegmentPart segment ->
          Part.newBuilder()
              .setRetentionClass(segment.retentionClass())
              .setSegment(
                  Segment.newBuilder()
                      .setId(segment.id())
                      .setOffset(segment.offset())
                      .setDamaged(segment.isDamaged()))
              .setContent(content);
      case BlobPart blob ->
          Part.newBuilder()
              .setRetentionClass(blob.retentionClass())
              .setBlob(blob.hex())
              .setContent(content);
    };
  }

  private static MirrorGroup group(dev.weft.api.mirror.v1.Pulled pulled) {
    var message = pulled.getGroup();
    var parts = message.getPartsList().stream().map(PullCodec::part).toList();
    return new MirrorGroup(
        position(message.getFrom()),
        message.getThrough(),
        parts,
        new TreeMap<>(message.getOldestMap()));
  }

  private static MirrorGroup.Part part(Part part) {
    var bytes = part.getContent().toByteArray();
    return switch (part.getOfCase()) {
      case SEGMENT ->
          new SegmentPart(
              part.getRetentionClass(),
              part.getSegment().getId(),
              part.getSegment().getOffset(),
              part.getSegment().getDamaged(),
              bytes);
      case BLOB -> new BlobPart(part.getRetentionClass(), part.getBlob(), bytes);
      case OF_NOT_SET ->
          throw new IllegalArgumentException("part: of nothing known (expected: of a file)");
    };
  }
}
