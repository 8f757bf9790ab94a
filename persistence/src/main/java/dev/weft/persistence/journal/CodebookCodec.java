package dev.weft.persistence.journal;

import akka.serialization.SerializerWithStringManifest;

/** How Akka stores the events and snapshots of one kind of entity: by its {@link Codebook}. */
public abstract class CodebookCodec extends SerializerWithStringManifest {

  private final int identifier;
  private final Codebook codebook;

  /**
   * @param identifier among all serializers; never changed
   */
  protected CodebookCodec(int identifier, Codebook codebook) {
    this.identifier = identifier;
    this.codebook = codebook;
  }

  @Override
  public final int identifier() {
    return identifier;
  }

  @Override
  public final String manifest(Object value) {
    return codebook.manifest(value);
  }

  @Override
  public final byte[] toBinary(Object value) {
    return codebook.write(value);
  }

  @Override
  public final Object fromBinary(byte[] stored, String manifest) {
    return codebook.read(manifest, stored);
  }
}
