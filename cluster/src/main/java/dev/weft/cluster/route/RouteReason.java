package dev.weft.cluster.route;

import dev.weft.fabric.manifest.Word;

/** Why a frame is answered where it is. */
public enum RouteReason implements Word {
  /** The node it came to may, can, and is expected to answer in time. */
  FITS_HERE,
  /** It is expected to answer in time, with little to spare. */
  TIGHT_HERE,
  /** It is expected to answer too late. */
  TOO_LATE_HERE,
  /**
   * Frames of its kind are going elsewhere, and not for long enough yet, or there is little room.
   */
  OVERFLOWING,
  /** There is time, but heat, cost or confidence speak for another node. */
  PRESSED,
  /** A label keeps the frame off the node it came to. */
  NOT_ALLOWED_HERE,
  NOT_DEPLOYED_HERE,
  /** It cannot run the variants. */
  UNABLE_HERE,
  /** It takes no frames. */
  CLOSED_HERE,
  /** The frame failed there. */
  FAILED_HERE
}
