import { describeRequestDetection } from "../../app/testing/request-detection.js";
import detection from "./detection.js";

describeRequestDetection(detection);
