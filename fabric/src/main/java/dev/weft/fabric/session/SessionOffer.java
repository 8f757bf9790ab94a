package dev.weft.fabric.session;

/**
 * A session as it is offered to the site it shall go to.
 *
 * @param from the site that has it
 * @param term number of the move
 * @param hash of what is offered: SHA-256 in hexadecimal
 */
public record SessionOffer(String from, long term, String hash, SessionState offered) {

  /**
   * @throws IllegalArgumentException if the hash is not that of what is offered
   */
  public SessionOffer {
    var found = SessionCodec.digest(offered);
    if (!found.equals(hash)) {
      throw new IllegalArgumentException(
          "offer of move %d from '%s': hash %s (expected: %s, which is that of its content)"
              .formatted(term, from, hash, found));
    }
  }
}
