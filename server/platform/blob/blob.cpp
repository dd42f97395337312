#include "platform/blob/blob.hpp"

#include <iterator>

namespace reprise::blob {

bool is_valid(const BlobKey& key) {
  const std::string& text = key.value;
  if (text.empty() || text.size() > kKeyBytesMax || text.back() == '/') return false;
  char before = '/';
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!plain && c != '.' && c != '/') return false;
    if (before == '/' && (c == '.' || c == '/')) return false;
    before = c;
  }
  return true;
}

Task<std::vector<BlobInfo>> list_all(BlobStore& store, BlobKey prefix, Deadline deadline) {
  std::vector<BlobInfo> all;
  std::string cursor;
  do {
    BlobPage page = co_await store.list(prefix, std::move(cursor), kPageMax, deadline);
    std::ranges::move(page.objects, std::back_inserter(all));
    cursor = std::move(page.next);
  } while (!cursor.empty());
  co_return all;
}

}  // namespace reprise::blob
