// What page_faults.py asks of a page: each function gives the texts, or parts of the page, that have its fault.

const CLOSED = "[data-testid=stSidebar][data-collapsed=true]";  // moved out of the window

// Each text that is drawn, outside of the window as well, with its element; not what is hidden or see-through.
function* texts() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement, range = document.createRange();
        if (!node.data.trim() || ["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE"].includes(element.tagName)) continue;
        if (element.closest(CLOSED)) continue;
        if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
        range.selectNodeContents(node);
        const box = range.getBoundingClientRect();
        if (box.width && box.height) yield {element, box, text: node.data.trim().slice(0, 60)};
    }
}

function isCut({element, box}) {
    const hides = (overflow) => overflow === "hidden" || overflow === "clip";
    const scrolls = (overflow) => overflow === "auto" || overflow === "scroll";
    const slack = box.height / 4;  // lines that stand close reach into each other
    let across = true, down = true;  // until an ancestor scrolls
    for (let frame = element; frame && (across || down); frame = frame.parentElement) {
        const style = getComputedStyle(frame), outer = frame.getBoundingClientRect();
        if (["inline", "contents"].includes(style.display) && !(frame instanceof SVGSVGElement)) continue;
        if (outer.width <= 1 && outer.height <= 1 && hides(style.overflowX)) return false;  // for ears alone
        const isBeside = box.left < outer.left - 1 || box.right > outer.right + 1;
        const isBelow = box.top < outer.top - slack || box.bottom > outer.bottom + slack;
        if (across && hides(style.overflowX) && isBeside) return true;
        if (down && hides(style.overflowY) && isBelow) return true;
        across &&= !scrolls(style.overflowX);
        down &&= !scrolls(style.overflowY);
    }
    return false;
}

function cutTexts() {
    const fields = [...document.querySelectorAll("input")].filter((each) => each.value && each.checkVisibility());
    const isTooLong = (each) => !each.closest(CLOSED) && each.scrollWidth > each.clientWidth + 1;
    const tooLong = fields.filter(isTooLong).map((each) => each.value);
    return [...[...texts()].filter(isCut).map(({text}) => text), ...tooLong];
}

function smallTexts(leastPx, leftOut) {
    return [...texts()].filter(({element}) => element.closest("svg") && !element.closest(leftOut))
        .map(({element, text}) => [text, parseFloat(getComputedStyle(element).fontSize)])
        .filter(([, size]) => size < leastPx).map(([text, size]) => `${text} (${size} px)`);
}

const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});

function rgba(colour) {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = paint.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
}

const over = (top, ground) => ground.map((value, place) => value + (top[place] - value) * top[3]);

// The colour behind an element's text; null where a picture lies there.
function groundOf(element, box) {
    const layers = [], across = box.left + box.width / 2, down = box.top + box.height / 2;
    for (let each = element; each; each = each.parentElement) {
        const style = getComputedStyle(each), layer = rgba(style.backgroundColor), outer = each.getBoundingClientRect();
        const isInline = style.display === "inline" || style.display === "contents";
        const isInside = across >= outer.left && across <= outer.right && down >= outer.top && down <= outer.bottom;
        if (!isInline && !isInside && each !== document.body) continue;  // it is placed beside this ancestor
        if (style.backgroundImage !== "none") return null;
        if (layer[3]) layers.push(layer);
        if (layer[3] === 1) break;
    }
    return layers.reduceRight((ground, layer) => over(layer, ground), [255, 255, 255]);
}

// WCAG 2.2, "relative luminance" and "contrast ratio".
function luminance(colour) {
    const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const [red, green, blue] = colour.map((value) => linear(value / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(first, second) {
    const [darker, lighter] = [luminance(first), luminance(second)].sort((one, other) => one - other);
    return (lighter + 0.05) / (darker + 0.05);
}

function paleTexts(least, leftOut) {
    return [...texts()].filter(({element}) => !element.closest(leftOut)).flatMap(({element, box, text}) => {
        const style = getComputedStyle(element), ground = groundOf(element, box);
        const ink = rgba(element instanceof SVGElement ? style.fill : style.color);
        if (ground === null) return [];
        for (let each = element; each; each = each.parentElement) ink[3] *= getComputedStyle(each).opacity;
        const value = ink[3] < 0.01 ? Infinity : contrast(over(ink, ground), ground);
        return value < least ? [`${text} (${value.toFixed(2)})`] : [];
    });
}

function sideways() {
    const scrolling = document.querySelectorAll("html, [data-testid=stMain], [data-testid=stSidebarContent]");
    return [...scrolling].filter((each) => !each.closest(CLOSED) && each.scrollWidth > each.clientWidth + 1)
        .map((each) => `${each.dataset.testid ?? "page"} by ${each.scrollWidth - each.clientWidth} px`);
}
