// Runs a fuzz target over the files of a folder, without a fuzzer: what is seeded must not break it.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** arguments) {
  std::size_t seeds = 0;
  for (int i = 1; i < count; ++i)
    for (const auto& entry : std::filesystem::directory_iterator(arguments[i])) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::vector<char> contents((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
      const std::vector<std::uint8_t> octets(contents.begin(), contents.end());
      LLVMFuzzerTestOneInput(octets.data(), octets.size());
      ++seeds;
    }
  std::cout << seeds << " seeds\n";
  return seeds == 0 ? 1 : 0;
}
