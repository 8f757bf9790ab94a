package dev.weft.supervisor.rollout;

/** A state as it comes back from the journal. */
final class StateCodecRoundTrip {

  private static final RolloutCodec CODEC = new RolloutCodec();

  private StateCodecRoundTrip() {}

  static Object of(RolloutState state) {
    return CODEC.fromBinary(CODEC.toBinary(state), CODEC.manifest(state));
  }
}
