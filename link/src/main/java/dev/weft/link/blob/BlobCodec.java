package dev.weft.link.blob;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.weft.link.generated.v1.BlobReply;
import dev.weft.link.generated.v1.BlobRequest;
import java.util.HexFormat;
import java.util.Optional;

/** Requests for pieces, and pieces, to payloads and back. */
final class BlobCodec {

  /** What is wanted. */
  record Wanted(BlobDigest digest, long offset, int length) {}

  private BlobCodec() {}

  static byte[] request(Wanted wanted) {
    return BlobRequest.newBuilder()
        .setSha256(ByteString.fromHex(wanted.digest().hex()))
        .setOffset(wanted.offset())
        .setLength(wanted.length())
        .build()
        .toByteArray();
  }

  /**
   * @throws IllegalArgumentException if it is none
   */
  static Wanted wanted(byte[] request) {
    try {
      var message = BlobRequest.parseFrom(request);
      if (message.getOffset() < 0 || message.getLength() < 0) {
        throw new IllegalArgumentException(
            "piece: %d bytes at %d (expected: >= 0)"
                .formatted(message.getLength(), message.getOffset()));
      }
      var hex = HexFormat.of().formatHex(message.getSha256().toByteArray());
      return new Wanted(new BlobDigest(hex), message.getOffset(), message.getLength());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a request for a piece: " + e.getMessage(), e);
    }
  }

  static byte[] reply(Optional<BlobSource.Piece> piece) {
    var reply = BlobReply.newBuilder().setIsFound(piece.isPresent());
    piece.ifPresent(
        found ->
            reply
                .setTotal(found.total())
                .setContent(UnsafeByteOperations.unsafeWrap(found.content())));
    return reply.build().toByteArray();
  }

  /**
   * @throws IllegalArgumentException if it is none
   */
  static Optional<BlobSource.Piece> piece(byte[] reply) {
    try {
      var message = BlobReply.parseFrom(reply);
      return message.getIsFound()
          ? Optional.of(
              new BlobSource.Piece(message.getTotal(), message.getContent().toByteArray()))
          : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a piece: " + e.getMessage(), e);
    }
  }
}
