export { createElement, useEffect, useState, useMemo } from "react";
export { createRoot } from "react-dom/client";
export { GraphiQL } from "graphiql";
import "graphiql/style.css";
