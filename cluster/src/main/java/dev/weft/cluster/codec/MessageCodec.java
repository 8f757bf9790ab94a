package dev.weft.cluster.codec;

import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.NotSerializableException;

/**
 * How messages of one type go from actor to actor: as protobuf, under a manifest that tells their
 * version. Threadsafe if {@link #write} and {@link #read} are.
 *
 * @param <T> the messages
 */
public abstract class MessageCodec<T> extends SerializerWithStringManifest {

  private final int identifier;
  private final String manifest;
  private final Class<T> type;

  /**
   * @param identifier among all serializers of a cluster; never changed
   * @param manifest of the version that is written
   */
  protected MessageCodec(int identifier, String manifest, Class<T> type) {
    this.identifier = identifier;
    this.manifest = manifest;
    this.type = type;
  }

  protected abstract byte[] write(T message);

  /**
   * @throws InvalidProtocolBufferException if it is no such message
   * @throws IllegalArgumentException naming what in it cannot be
   */
  protected abstract T read(byte[] bytes) throws InvalidProtocolBufferException;

  @Override
  public final int identifier() {
    return identifier;
  }

  @Override
  public final String manifest(Object value) {
    return manifest;
  }

  @Override
  public final byte[] toBinary(Object value) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          "%s (expected: %s)".formatted(value.getClass(), type.getName()));
    }
    return write(type.cast(value));
  }

  @Override
  public final Object fromBinary(byte[] bytes, String written) throws NotSerializableException {
    if (!written.equals(manifest)) {
      throw new NotSerializableException(
          "manifest '%s' (expected: %s)".formatted(written, manifest));
    }
    try {
      return read(bytes);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new NotSerializableException("%s: %s".formatted(written, e.getMessage()));
    }
  }
}
