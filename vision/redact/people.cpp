#include <algorithm>
#include <vector>

#include <opencv2/objdetect.hpp>

#include "people.h"

int secondlook_people(const unsigned char *grey, int width, int height, secondlook_person *people, int limit) {
    try {
        static const cv::HOGDescriptor hog = [] {
            cv::HOGDescriptor h;
            h.setSVMDetector(cv::HOGDescriptor::getDefaultPeopleDetector());
            return h;
        }();
        const cv::Mat picture(height, width, CV_8UC1, const_cast<unsigned char *>(grey));
        std::vector<cv::Rect> found;
        std::vector<double> weights;
        hog.detectMultiScale(picture, found, weights, 0, cv::Size(8, 8), cv::Size(8, 8), 1.08, 1);
        const int n = std::min(limit, static_cast<int>(found.size()));
        for (int i = 0; i < n; i++) {
            people[i] = {found[i].x, found[i].y, found[i].width, found[i].height, weights[i]};
        }
        return n;
    } catch (...) {
        return -1;
    }
}
