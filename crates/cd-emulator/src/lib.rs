//! A CD recorder made of code, with a disc that keeps every byte.
