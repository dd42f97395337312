#include "app/doctor_steps.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>

namespace reprise::app {

int exit_code_of(boost::asio::io_context& context, Task<bool> examined, std::FILE* out) {
  bool all = false;
  boost::asio::co_spawn(context, std::move(examined),
                        [&](const std::exception_ptr& error, bool worked) {
                          if (error) std::rethrow_exception(error);
                          all = worked;
                        });
  try {
    context.run();
  } catch (const std::exception& error) {
    fmt::print(out, "reprise: {}\n", error.what());
    return 1;
  }
  return all ? 0 : 1;
}

}  // namespace reprise::app
