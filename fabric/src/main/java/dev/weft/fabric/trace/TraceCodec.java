package dev.weft.fabric.trace;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.weft.api.trace.v1.Record;
import dev.weft.fabric.trace.TraceRecord.Checkpoint;
import dev.weft.fabric.trace.TraceRecord.Content;
import dev.weft.fabric.trace.TraceRecord.Deployment;
import dev.weft.fabric.trace.TraceRecord.Loss;
import java.util.HexFormat;

/** Records as the bytes that {@code weft/trace/v1/trace.proto} describes. */
public final class TraceCodec {

  private static final int NESTING_MAX = 16;

  private TraceCodec() {}

  /** The record as bytes; equal records give equal bytes. */
  public static byte[] encode(TraceRecord record) {
    var told = Record.newBuilder();
    switch (record) {
      case FrameRecord frame -> told.setFrame(FrameCodec.encode(frame));
      case Fingerprint print -> told.setFingerprint(FingerprintCodec.encode(print));
      case Deployment(var pipeline, var digest, var origin) ->
          told.setDeployment(
              dev.weft.api.trace.v1.Deployment.newBuilder()
                  .setPipeline(pipeline)
                  .setManifestDigest(digest)
                  .setOrigin(origin));
      case Content(var digest, var bytes) ->
          told.setContent(
              dev.weft.api.trace.v1.Content.newBuilder()
                  .setDigest(bytes(digest))
                  .setBytes(ByteString.copyFrom(bytes)));
      case Loss loss ->
          told.setLoss(
              dev.weft.api.trace.v1.Loss.newBuilder()
                  .setPipeline(loss.pipeline())
                  .setEpoch(loss.epoch())
                  .setFirst(loss.first())
                  .setLast(loss.last())
                  .setFrames(loss.frames())
                  .setReason(loss.reason()));
      case Checkpoint checkpoint ->
          told.setCheckpoint(
              dev.weft.api.trace.v1.SessionCheckpoint.newBuilder()
                  .setSession(checkpoint.session())
                  .setEpoch(checkpoint.epoch())
                  .setThrough(checkpoint.through())
                  .setState(bytes(checkpoint.state()))
                  .setChain(bytes(checkpoint.chain())));
    }
    return told.build().toByteArray();
  }

  /**
   * The record in {@code bytes}.
   *
   * @throws TraceException if they hold none that this version knows
   */
  public static TraceRecord decode(byte[] bytes) {
    var told = parsed(bytes);
    try {
      return switch (told.getToldCase()) {
        case FRAME -> FrameCodec.decode(told.getFrame());
        case FINGERPRINT -> FingerprintCodec.decode(told.getFingerprint());
        case DEPLOYMENT ->
            new Deployment(
                told.getDeployment().getPipeline(),
                told.getDeployment().getManifestDigest(),
                told.getDeployment().getOrigin());
        case CONTENT ->
            new Content(
                hex(told.getContent().getDigest()), told.getContent().getBytes().toByteArray());
        case LOSS -> loss(told.getLoss());
        case CHECKPOINT -> checkpoint(told.getCheckpoint());
        case HEADER, FOOTER, TOLD_NOT_SET ->
            throw new TraceException(
                "record: %s (expected: one of a trace)".formatted(told.getToldCase()));
      };
    } catch (IllegalArgumentException e) {
      throw new TraceException("record: " + e.getMessage(), e);
    }
  }

  /** The message in {@code bytes}, whatever it tells. */
  static Record parsed(byte[] bytes) {
    try {
      var input = CodedInputStream.newInstance(bytes);
      input.setRecursionLimit(NESTING_MAX);
      return Record.parseFrom(input);
    } catch (InvalidProtocolBufferException e) {
      throw new TraceException(
          "record: %s (expected: a whole message)".formatted(e.getMessage()), e);
    } catch (java.io.IOException e) {
      throw new TraceException("record: " + e.getMessage(), e);
    }
  }

  private static Loss loss(dev.weft.api.trace.v1.Loss loss) {
    return new Loss(
        loss.getPipeline(),
        loss.getEpoch(),
        loss.getFirst(),
        loss.getLast(),
        loss.getFrames(),
        loss.getReason());
  }

  private static Checkpoint checkpoint(dev.weft.api.trace.v1.SessionCheckpoint checkpoint) {
    return new Checkpoint(
        checkpoint.getSession(),
        checkpoint.getEpoch(),
        checkpoint.getThrough(),
        hex(checkpoint.getState()),
        hex(checkpoint.getChain()));
  }

  static ByteString bytes(String hex) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hex));
  }

  static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
