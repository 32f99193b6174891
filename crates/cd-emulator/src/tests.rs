mod discs;
