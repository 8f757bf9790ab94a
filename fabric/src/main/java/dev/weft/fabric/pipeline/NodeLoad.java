package dev.weft.fabric.pipeline;

/** How loaded the node is, as far as it is known; NaN where it is not. Threadsafe and cheap. */
public interface NodeLoad {

  /** Of a node that nobody watches. */
  NodeLoad UNKNOWN =
      new NodeLoad() {
        @Override
        public double cpu() {
          return Double.NaN;
        }

        @Override
        public double memory() {
          return Double.NaN;
        }

        @Override
        public int level() {
          return 0;
        }
      };

  /** Share of the machine's processors that is busy, 0 to 1. */
  double cpu();

  /** Share of the machine's memory that is in use, 0 to 1. */
  double memory();

  /** Rung of the load ladder, 0 to 3. */
  int level();
}
