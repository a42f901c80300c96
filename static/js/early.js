// Before anything is drawn: with scripts the page looks different, and must not change its looks while one reads it.
document.documentElement.dataset.js = "";
