package dev.weft.sim.node;

/** Is told what the model doubles of a machine do, when they do it. */
interface ModelWitness {

  /** Is told nothing. */
  ModelWitness NOBODY =
      new ModelWitness() {
        @Override
        public void loads(long plus, Temper temper) {}

        @Override
        public void ran(long plus, float[] input, boolean isBroken) {}
      };

  /** The variant that adds {@code plus} is being loaded; may end the process and throw. */
  void loads(long plus, Temper temper);

  /**
   * It ran {@code input} to its end.
   *
   * @param isBroken whether it gave what is no number
   */
  void ran(long plus, float[] input, boolean isBroken);
}
