#include <opencv2/core/utility.hpp>
#include <opencv2/core/utils/logger.hpp>

#include "threads.h"

void secondlook_one_quiet_thread(void) {
    cv::setNumThreads(1);
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
}
