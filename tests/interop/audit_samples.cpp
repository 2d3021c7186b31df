// Writes each sample audit in each form into a folder, for whoever judges them: audit_samples FOLDER.
#include <fstream>
#include <iostream>
#include <utility>

#include <dockpki/report/audit.hpp>

#include "support/sample_audits.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: audit_samples FOLDER\n";
    return 2;
  }
  const std::string folder = argv[1];
  for (const auto& [name, audit] : {std::pair("rich", sample::rich()), std::pair("empty", sample::empty()),
                                    std::pair("hostile", sample::hostile()), std::pair("image", sample::image())}) {
    const std::string stem = folder + '/' + name;
    std::ofstream(stem + ".sarif", std::ios::binary) << dockpki::report::sarif(audit, "1.2.3");
    std::ofstream(stem + ".junit.xml", std::ios::binary) << dockpki::report::junit(audit, "1.2.3");
    std::ofstream(stem + ".html", std::ios::binary) << dockpki::report::html(audit, "1.2.3");
  }
  return 0;
}
